// The command line: `npm run probes -- record`. Boots a control plane without nodes, sends it every probe, and writes
// down what it came to.
import { readFileSync } from "node:fs";
import { kubeconfigFromText } from "../../src/cluster/kubeconfig.ts";
import { send } from "../../src/cluster/request.ts";
import { upCluster } from "../cluster/cluster.ts";
import { recordCase } from "./record.ts";
import { recordingPath, writeRecording } from "./recording.ts";
import type { Recorded } from "./recording.ts";
import { cases } from "./table.ts";

async function record(): Promise<void> {
  const cluster = await upCluster({ nodes: 0 });
  try {
    await cluster.stop("controller-manager");
    await cluster.stop("scheduler");
    const access = kubeconfigFromText(readFileSync(cluster.kubeconfigPath, "utf8"));
    if (!access.ok) throw new Error(JSON.stringify(access.failure));
    const version = await send(access.value, { method: "GET", path: "/version", changes: false });
    const { gitVersion } = JSON.parse(version.ok ? version.value.body : "{}") as { gitVersion: string };
    const probes: Recorded[] = [];
    for (const one of cases) probes.push(...(await recordCase(access.value, one)));
    writeRecording({ version: gitVersion, probes });
    console.log(`${probes.length} probes of ${cases.length} cases recorded from ${gitVersion} in ${recordingPath}`);
  } finally {
    await cluster.down();
  }
}

if (process.argv[2] === "record") await record();
else {
  process.stderr.write("usage: npm run probes -- record    boots a control plane (root; see test/cluster/README.md) and records it\n");
  process.exitCode = 2;
}
