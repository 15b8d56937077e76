// The receiver as `npm start` runs it, with two things a test decides: what the planner proposes first, and when the process dies.

import * as z from "zod";
import { planSchema } from "../../src/action/action.ts";
import { builtInPlanner } from "../../src/agent/mitigation.ts";
import { scriptedPlanner } from "../../src/agent/scripted.ts";
import type { ClusterPort } from "../../src/cluster/cluster.ts";
import { runNode } from "../../src/entry/node.ts";
import { writeAnnotation } from "../../src/action/change.ts";

const { TEST_PLANS = "[]", TEST_DIE = "never", TEST_ONLY_PLANS = "" } = process.env;

/** `after-write`: the first write has taken place, its result is not saved. `after-undo`: the same for the first inverse. */
function dying(cluster: ClusterPort): ClusterPort {
  if (TEST_DIE === "never") return cluster;
  return {
    ...cluster,
    async patch(ref, operations, options) {
      const done = await cluster.patch(ref, operations, options);
      const mark = operations.findLast(
        (operation) => operation.op === "add" && operation.path.endsWith(writeAnnotation.replace("/", "~1")),
      );
      const isUndo = mark?.op === "add" && typeof mark.value === "string" && mark.value.endsWith("/undo");
      if (!options.dryRun && done.ok && mark !== undefined && isUndo === (TEST_DIE === "after-undo")) process.kill(process.pid, "SIGKILL");
      return done;
    },
  };
}

await runNode(process.env, {
  planner: scriptedPlanner(z.array(planSchema).parse(JSON.parse(TEST_PLANS)), TEST_ONLY_PLANS === "" ? builtInPlanner : undefined),
  cluster: dying,
});
