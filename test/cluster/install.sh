#!/bin/sh
# Installs what the test cluster needs of Debian and this machine lacks. Quick when all is there; needs root otherwise.
# It asks for programs, not packages: Docker's containerd.io, for one, brings containerd and runc and excludes Debian's.
set -eu

missing=
need() { # PACKAGE PROGRAM
  command -v "$2" >/dev/null 2>&1 || missing="$missing $1"
}
need conntrack conntrack
need containerd containerd
need containernetworking-plugins /usr/lib/cni/ptp
need iproute2 ip
need iptables iptables-save
need nftables nft
need openssl openssl
need prometheus prometheus
need prometheus-alertmanager prometheus-alertmanager
need runc runc
# a busybox that needs shared libraries would not run in an image of its own
[ "$(dpkg-query -W -f '${db:Status-Status}' busybox-static 2>/dev/null || true)" = installed ] || missing="$missing busybox-static"

[ -n "$missing" ] || { echo "everything is there"; exit 0; }
[ "$(id -u)" = 0 ] || { echo "installing$missing needs root" >&2; exit 1; }

# containerd, prometheus and prometheus-alertmanager start services of their own, on the ports that the cluster uses:
# 101 from policy-rc.d forbids that while this script runs, and none of them comes up with the next boot
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
  trap 'rm -f "$policy"' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# shellcheck disable=SC2086 # the names are words
apt-get install -q -y --no-install-recommends $missing
for service in containerd prometheus prometheus-alertmanager; do
  case " $missing " in *" $service "*) systemctl disable "$service" >/dev/null 2>&1 || true ;; esac
done
