/** All runs of the cases on one cluster: ours alone and beside each foreign hand, and the usual ways back, in one go. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kubeconfigFromText } from "../../src/cluster/kubeconfig.ts";
import { kubernetesCluster } from "../../src/cluster/kubernetes.ts";
import { describeFailure } from "../../src/failure.ts";
import { startAdmission } from "./admission.ts";
import type { ActorName } from "./actor.ts";
import { runAlternatives } from "./alternative.ts";
import type { AlternativeRun, Kubectl } from "./alternative.ts";
import type { FidelityCase } from "./case.ts";
import { createHands } from "./hands.ts";
import type { Hands } from "./hands.ts";
import { customKinds, widgetDefinition } from "./kinds.ts";
import { runOurs } from "./ours.ts";
import type { OurRun } from "./ours.ts";
import { pooled } from "./pool.ts";
import type { World } from "./stage.ts";

export interface RunOptions {
  readonly kubeconfigPath: string;
  readonly pkiFolder: string;
  readonly kubectl: Kubectl["kubectl"];
  /** Whether the cluster runs pods. */
  readonly pods: boolean;
  readonly cases: readonly FidelityCase[];
  readonly actors: readonly ActorName[];
  readonly alternatives: boolean;
}

export interface Results {
  readonly ours: readonly OurRun[];
  readonly alternatives: readonly AlternativeRun[];
  readonly durationMs: number;
}

/** A node has room for so many pods; and of what has none the API server takes more. */
const atOnce = { withPods: 3, without: 6 };

export async function runCases(options: RunOptions): Promise<Results> {
  const startedMs = performance.now();
  const access = kubeconfigFromText(readFileSync(options.kubeconfigPath, "utf8"));
  if (!access.ok) throw new Error(describeFailure(access.failure));
  const folder = mkdtempSync(join(tmpdir(), "stratus-fidelity-"));
  const admission = await startAdmission(options.pkiFolder);
  const hands = createHands(access.value);
  const world: World & Kubectl = {
    hands,
    cluster: kubernetesCluster(access.value, customKinds),
    pods: options.pods,
    kubectl: options.kubectl,
    folder,
  };
  try {
    await takeAway(hands);
    await hands.make(admission.configuration);
    await hands.make(widgetDefinition);
    await hands.served("Widget");
    const work = workOf(world, options);
    const [heavy, light] = await Promise.all([pooled(atOnce.withPods, work.withPods), pooled(atOnce.without, work.without)]);
    const results = [...heavy, ...light].flat();
    return {
      ours: results.filter((result) => "wrong" in result),
      alternatives: results.filter((result) => "method" in result),
      durationMs: performance.now() - startedMs,
    };
  } finally {
    await takeAway(hands);
    await admission.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What belongs to no namespace; a run that was killed may have left it. */
async function takeAway(hands: Hands): Promise<void> {
  for (const { kind, metadata } of [{ kind: "MutatingWebhookConfiguration", metadata: { name: "fidelity" } }, widgetDefinition]) {
    const ref = { kind, name: metadata.name };
    if ((await hands.read(ref)) !== undefined) await hands.remove(ref);
  }
}

type Task = () => Promise<readonly (OurRun | AlternativeRun)[]>;

function workOf(
  world: World & Kubectl,
  { cases, actors, alternatives }: RunOptions,
): { readonly withPods: Task[]; readonly without: Task[] } {
  const withPods: Task[] = [];
  const without: Task[] = [];
  // A cluster that stays up may have seen another run.
  const prefix = `u${Date.now().toString(36)}`;
  for (const [index, of] of cases.entries()) {
    const place = `${prefix}-${index + 1}`;
    const ownPool = of.pods !== undefined ? withPods : without;
    ownPool.push(async () => [await runOurs(world, of, `${place}-alone`)]);
    for (const [number, actor] of actors.entries())
      without.push(async () => [await runOurs(world, of, `${place}-with-${number + 1}`, actor)]);
    if (alternatives) ownPool.push(() => runAlternatives(world, of, `${place}-else`));
  }
  return { withPods, without };
}
