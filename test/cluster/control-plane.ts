// The command line of each program that runs once for the whole cluster. Certificates and folders must be there before.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Layout } from "./layout.ts";
import { network, type Settings } from "./settings.ts";

export type ControlPlaneComponent = "etcd" | "apiserver" | "controller-manager" | "scheduler" | "proxy" | "exporter";

type Flags = Readonly<Record<string, string | number | boolean>>;

export function controlPlaneCommands(settings: Settings, layout: Layout): Record<ControlPlaneComponent, readonly string[]> {
  const { ports } = settings;
  const program = join(settings.binFolder, "cluster");
  const kubeconfig = layout.kubeconfigPath;
  const command = (name: string, flags: Flags): string[] => [
    program,
    name,
    ...Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`),
  ];
  return {
    etcd: command("etcd", etcdFlags(settings, layout)),
    apiserver: command("kube-apiserver", apiServerFlags(settings, layout)),
    "controller-manager": command("kube-controller-manager", controllerFlags(settings, layout)),
    scheduler: command("kube-scheduler", {
      kubeconfig,
      "leader-elect": false,
      "secure-port": ports.scheduler,
      "bind-address": "127.0.0.1",
    }),
    proxy: command("kube-proxy", { config: writeProxyConfig(settings, layout) }),
    exporter: command("exporter", { kubeconfig, listen: `127.0.0.1:${ports.exporter}` }),
  };
}

function etcdFlags({ ports }: Settings, layout: Layout): Flags {
  return {
    "data-dir": layout.etcdFolder,
    "listen-client-urls": `http://127.0.0.1:${ports.etcd}`,
    "advertise-client-urls": `http://127.0.0.1:${ports.etcd}`,
    "listen-peer-urls": `http://127.0.0.1:${ports.etcdPeer}`,
    "initial-advertise-peer-urls": `http://127.0.0.1:${ports.etcdPeer}`,
    "initial-cluster": `default=http://127.0.0.1:${ports.etcdPeer}`,
    "unsafe-no-fsync": true, // the data never outlives `down`
    "log-level": "warn",
  };
}

function apiServerFlags({ address, ports }: Settings, { pkiFolder }: Layout): Flags {
  const key = (file: string): string => join(pkiFolder, file);
  return {
    "etcd-servers": `http://127.0.0.1:${ports.etcd}`,
    "secure-port": ports.apiServer,
    "bind-address": address,
    "advertise-address": address,
    "tls-cert-file": key("apiserver.crt"),
    "tls-private-key-file": key("apiserver.key"),
    "client-ca-file": key("ca.crt"),
    "service-account-key-file": key("sa.pub"),
    "service-account-signing-key-file": key("sa.key"),
    "service-account-issuer": "https://kubernetes.default.svc",
    "service-cluster-ip-range": network.serviceCidr,
    "authorization-mode": "Node,RBAC",
    "enable-admission-plugins": "NodeRestriction",
    "allow-privileged": true,
    "kubelet-certificate-authority": key("ca.crt"),
    "kubelet-client-certificate": key("admin.crt"),
    "kubelet-client-key": key("admin.key"),
    "kubelet-preferred-address-types": "InternalIP",
    "requestheader-client-ca-file": key("ca.crt"),
    "requestheader-allowed-names": "front-proxy-client",
    "requestheader-extra-headers-prefix": "X-Remote-Extra-",
    "requestheader-group-headers": "X-Remote-Group",
    "requestheader-username-headers": "X-Remote-User",
    "proxy-client-cert-file": key("front.crt"),
    "proxy-client-key-file": key("front.key"),
    "enable-aggregator-routing": true,
    "anonymous-auth": false,
    profiling: false,
    "event-ttl": "2h",
    "shutdown-delay-duration": "0s",
  };
}

/** Shorter than the defaults, so that a dead node or a busy pod shows in seconds instead of minutes. */
function controllerFlags({ ports }: Settings, layout: Layout): Flags {
  return {
    kubeconfig: layout.kubeconfigPath,
    "secure-port": ports.controllerManager,
    "bind-address": "127.0.0.1",
    "service-account-private-key-file": join(layout.pkiFolder, "sa.key"),
    "root-ca-file": join(layout.pkiFolder, "ca.crt"),
    "use-service-account-credentials": true,
    "allocate-node-cidrs": false,
    "cluster-cidr": network.podCidr,
    "leader-elect": false,
    // The default of 20 requests a second leaves hundreds of workloads, made at once, waiting for half a minute.
    "kube-api-qps": 200,
    "kube-api-burst": 400,
    "node-monitor-period": "2s",
    "node-monitor-grace-period": "12s",
    "horizontal-pod-autoscaler-sync-period": "5s",
    "horizontal-pod-autoscaler-cpu-initialization-period": "10s",
    "horizontal-pod-autoscaler-initial-readiness-delay": "5s",
    "horizontal-pod-autoscaler-downscale-stabilization": "15s",
  };
}

function writeProxyConfig({ ports }: Settings, layout: Layout): string {
  const path = join(layout.folder, "proxy.json");
  const config = {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "iptables",
    clusterCIDR: network.podCidr,
    hostnameOverride: "node-1",
    clientConnection: { kubeconfig: layout.kubeconfigPath },
    conntrack: { maxPerCore: 0 }, // the machine's own limit stays
    healthzBindAddress: `127.0.0.1:${ports.proxyHealth}`,
    metricsBindAddress: `127.0.0.1:${ports.proxyMetrics}`,
    iptables: { minSyncPeriod: "0s", syncPeriod: "10s" },
  };
  writeFileSync(path, JSON.stringify(config, null, 2));
  return path;
}
