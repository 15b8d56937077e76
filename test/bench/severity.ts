/** What it costs to measure a namespace, and a whole cluster, as the cluster grows around it. */
import { readFileSync } from "node:fs";
import { kubeconfigFromText } from "../../src/cluster/kubeconfig.ts";
import { describeFailure } from "../../src/failure.ts";
import { startChild } from "./child.ts";
import { largeCluster, namespaceNumber } from "./severity-objects.ts";
import type { Measured, MeasureOrder } from "./severity-process.ts";

export interface SeverityRow {
  /** In the whole cluster. */
  readonly pods: number;
  readonly scope: "one namespace" | "the whole cluster";
  readonly measured: Measured;
}

const sizes = [100, 1_000, 10_000] as const;
const times = 5;

export async function benchSeverity(kubeconfigPath: string, report: (line: string) => void): Promise<readonly SeverityRow[]> {
  const access = kubeconfigFromText(readFileSync(kubeconfigPath, "utf8"));
  if (!access.ok) throw new Error(describeFailure(access.failure));
  const cluster = largeCluster(access.value);
  const rows: SeverityRow[] = [];
  try {
    for (const pods of sizes) {
      await cluster.growTo(pods);
      report(`${pods} pods are ready`);
      const row = async (scope: SeverityRow["scope"], namespaces: MeasureOrder["namespaces"]): Promise<void> => {
        // A process of its own for each: the peak of its memory is that of this measurement.
        const child = startChild("severity-process.ts");
        try {
          rows.push({ pods, scope, measured: await child.ask<Measured>({ kubeconfigPath, namespaces, times } satisfies MeasureOrder) });
        } finally {
          await child.stop();
        }
      };
      await row("one namespace", [namespaceNumber(0)]);
      await row("the whole cluster", "all");
    }
  } finally {
    await cluster.stop();
  }
  return rows;
}
