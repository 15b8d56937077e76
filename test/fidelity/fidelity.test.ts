// A part of the fidelity report with each run of the tests: one case in six, alone and beside two of the foreign hands, without
// pods. `npm run undo-fidelity` has all. Needs the test cluster's build, and root.

import { expect, test } from "vitest";
import { downCluster, upCluster } from "../cluster/cluster.ts";
import { layoutOf } from "../cluster/layout.ts";
import { fidelityCases } from "./cases.ts";
import { reportOf } from "./report.ts";
import { runCases } from "./run.ts";

test("after an undo each object is as it was, and what others changed meanwhile is kept and told", async () => {
  await downCluster();
  const cluster = await upCluster({ nodes: 0 });
  try {
    const results = await runCases({
      kubeconfigPath: cluster.kubeconfigPath,
      pkiFolder: layoutOf(cluster.settings.stateFolder).pkiFolder,
      kubectl: (...args) => cluster.kubectl(...args),
      pods: false,
      cases: fidelityCases.filter((_, index) => index % 6 === 0),
      actors: ["same field", "self-heal"],
      alternatives: false,
    });
    const { wrong, alone, beside } = reportOf(results, 20);
    console.log(JSON.stringify({ alone, beside, durationMs: Math.round(results.durationMs) }));
    expect(wrong).toEqual([]);
    expect(alone.of).toBeGreaterThanOrEqual(20);
  } finally {
    await cluster.down();
  }
});
