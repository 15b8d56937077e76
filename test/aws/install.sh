#!/bin/sh
# moto (AWS' protocols on loopback) and cfn-lint, in a virtual environment of their own. Quick when they are there already.
set -eu
venv="${TMPDIR:-/tmp}/stratus-aws-venv"
moto=5.2.5
lint=1.58.0
done="$venv/stratus-installed-$moto-$lint"
[ -e "$done" ] && exit 0
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check "moto[server]==$moto" "cfn-lint==$lint"
touch "$done"
