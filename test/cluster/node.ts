// One node: a containerd and a kubelet with their own sockets, ports, folders, pod addresses and control group. All
// nodes share this machine's network namespace. Pods hang on veth pairs of the `ptp` plugin, so pods of all nodes reach
// each other over the machine's own routes and nothing depends on br_netfilter.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cgroupName, createCgroups } from "./cgroup.ts";
import type { Daemons } from "./daemons.ts";
import { execute, executeOrFail } from "./execute.ts";
import { imageNames, imagePath } from "./images.ts";
import type { Layout } from "./layout.ts";
import { network, type Settings } from "./settings.ts";
import { until } from "./until.ts";

/** Its first address is the gateway that every pod's veth carries on the machine's side. */
export function podSubnet(node: number): { cidr: string; gateway: string } {
  return { cidr: `10.244.${node - 1}.0/24`, gateway: `10.244.${node - 1}.1` };
}

/** Starts containerd and gives it the images; resolves when the kubelet can be started. */
export async function prepareNode(node: number, settings: Settings, layout: Layout, daemons: Daemons): Promise<void> {
  const folder = layout.nodeFolder(node);
  mkdirSync(join(folder, "cni"), { recursive: true });
  writeFileSync(join(folder, "cni", "10-ptp.conflist"), JSON.stringify(podNetwork(node, folder)));
  writeFileSync(join(folder, "kubelet.json"), JSON.stringify(kubeletConfig(node, settings, layout), null, 2));
  createCgroups(node);
  await startContainerd(node, layout, daemons);
  const socket = layout.containerdSocket(node);
  await Promise.all(
    imageNames.map((image) => executeOrFail("ctr", ["-a", socket, "-n", "k8s.io", "images", "import", imagePath(settings, image)])),
  );
}

export async function startContainerd(node: number, layout: Layout, daemons: Daemons): Promise<void> {
  const folder = layout.nodeFolder(node);
  const config = join(folder, "containerd.toml");
  writeFileSync(config, containerdConfig(folder, layout.containerdSocket(node)));
  await daemons.start(`containerd-${node}`, ["containerd", "--config", config]);
  const logPath = layout.logPath(`containerd-${node}`);
  await until({ what: `containerd of node-${node} answers`, limitMs: 15_000, logPath }, async () => {
    const outcome = await execute("ctr", ["-a", layout.containerdSocket(node), "version"], { limitMs: 2000 });
    return outcome.code === 0;
  });
}

export async function startKubelet(node: number, settings: Settings, layout: Layout, daemons: Daemons): Promise<void> {
  const folder = layout.nodeFolder(node);
  await daemons.start(`kubelet-${node}`, [
    join(settings.binFolder, "cluster"),
    "kubelet",
    `--kubeconfig=${join(layout.pkiFolder, `node-${node}.conf`)}`,
    `--config=${join(folder, "kubelet.json")}`,
    `--hostname-override=node-${node}`,
    `--root-dir=${join(folder, "kubelet")}`,
    `--cert-dir=${join(folder, "kubelet-pki")}`,
    `--node-ip=${settings.address}`,
  ]);
}

function podNetwork(node: number, folder: string): object {
  const ipam = {
    type: "host-local",
    dataDir: join(folder, "ipam"),
    ranges: [[{ subnet: podSubnet(node).cidr }]],
    routes: [{ dst: "0.0.0.0/0" }],
  };
  return { cniVersion: "1.0.0", name: `stratus-${node}`, plugins: [{ type: "ptp", ipMasq: false, ipam }] };
}

function containerdConfig(folder: string, socket: string): string {
  return `version = 2
root = "${folder}/images"
state = "${folder}/run"
disabled_plugins = [${["btrfs", "zfs", "aufs", "devmapper"].map((name) => `"io.containerd.snapshotter.v1.${name}"`).join(", ")}]
[grpc]
address = "${socket}"
[plugins."io.containerd.internal.v1.opt"]
path = "${folder}/opt"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "test.local/pause:1"
# a machine that may not lower oom_score_adj (a container, some VMs) else starts no sandbox
restrict_oom_score_adj = true
disable_tcp_service = true
stream_server_address = "127.0.0.1"
stream_server_port = "0"
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "/usr/lib/cni"
conf_dir = "${folder}/cni"
[plugins."io.containerd.grpc.v1.cri".containerd]
snapshotter = "overlayfs"
`;
}

function kubeletConfig(node: number, { address, ports }: Settings, layout: Layout): object {
  const folder = layout.nodeFolder(node);
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    address,
    port: ports.kubelet + node - 1,
    healthzPort: ports.kubeletHealth + node - 1,
    authentication: { anonymous: { enabled: false }, x509: { clientCAFile: join(layout.pkiFolder, "ca.crt") }, webhook: { enabled: true } },
    authorization: { mode: "Webhook" },
    tlsCertFile: join(layout.pkiFolder, `node-${node}.crt`),
    tlsPrivateKeyFile: join(layout.pkiFolder, `node-${node}.key`),
    clusterDNS: [network.dnsAddress],
    clusterDomain: "cluster.local",
    resolvConf: "",
    cgroupDriver: "cgroupfs",
    cgroupRoot: `/${cgroupName(node)}`,
    cgroupsPerQOS: true,
    enforceNodeAllocatable: [],
    failSwapOn: false,
    failCgroupV1: false,
    makeIPTablesUtilChains: node === 1, // one machine, one set of chains
    containerRuntimeEndpoint: `unix://${layout.containerdSocket(node)}`,
    imageGCHighThresholdPercent: 100,
    evictionHard: { "memory.available": "100Mi", "nodefs.available": "0%", "imagefs.available": "0%" },
    nodeStatusUpdateFrequency: "4s",
    syncFrequency: "10s",
    maxPods: 60,
    crashLoopBackOff: { maxContainerRestartPeriod: "10s" },
    featureGates: { KubeletCrashLoopBackOffMax: true },
    podLogsDir: join(folder, "podlogs"),
    volumePluginDir: join(folder, "volumeplugins"),
  };
}
