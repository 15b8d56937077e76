/**
 * Whether a shop is well again: what is asked after every fault besides the fault's own oracle. Nothing that only silences a
 * symptom passes: every workload is there with as many replicas as before, ready, none of them restarting; requests succeed
 * all along the way, in time.
 */
import { nameOf, refOf, type Pod, type Workload } from "../../src/kubernetes/object.ts";
import { areRolledOut } from "../fidelity/stage.ts";
import { unansweredIn, workloadsIn, type Shop } from "./shop.ts";

const watchedMs = 8_000;
const everyMs = 800;
const askedMin = 6;
const slowMs = 700;

export interface Before {
  /** Replicas of each workload; a DaemonSet has none of its own. */
  readonly replicas: ReadonlyMap<string, number | undefined>;
}

export async function whatIsThere(shop: Shop): Promise<Before> {
  const workloads = await workloadsIn(shop);
  return { replicas: new Map(workloads.map((workload) => [nameOf(refOf(workload)), workload.spec.replicas])) };
}

/** Watches for a while, then says true, or what is wrong. */
export async function isWell(shop: Shop, before: Before, sleep: (ms: number) => Promise<unknown>): Promise<true | string> {
  const workloads = await whatIsWrongWithWorkloads(shop, before);
  if (workloads !== undefined) return workloads;
  const restartsBefore = await restartsIn(shop);
  let asked = 0;
  for (const endsAtMs = Date.now() + watchedMs; Date.now() < endsAtMs || asked < askedMin; asked += 1) {
    const beganMs = Date.now();
    const unanswered = await unansweredIn(shop);
    if (unanswered !== undefined) return unanswered;
    const late = await tooSlowIn(shop);
    if (late !== undefined) return late;
    await sleep(Math.max(0, everyMs - (Date.now() - beganMs)));
  }
  if ((await restartsIn(shop)) > restartsBefore) return "a container was restarted while the oracle watched";
  return (await whatIsWrongWithWorkloads(shop, before)) ?? true;
}

async function whatIsWrongWithWorkloads(shop: Shop, { replicas }: Before): Promise<string | undefined> {
  const present = new Map((await workloadsIn(shop)).map((workload) => [nameOf(refOf(workload)), workload]));
  for (const [name, wanted] of replicas) {
    const workload: Workload | undefined = present.get(name);
    if (workload === undefined) return `${name} is gone`;
    if (workload.spec.replicas !== wanted) return `${name} wants ${workload.spec.replicas ?? 1} replicas, and wanted ${wanted ?? 1}`;
    if (!(await areRolledOut(shop.hands, [refOf(workload)]))) return `${name} is not rolled out and ready`;
  }
  return undefined;
}

async function tooSlowIn(shop: Shop): Promise<string | undefined> {
  const first = await shop.ask("checkout");
  if (first.tookMs < slowMs) return undefined;
  // The machine itself may have been busy.
  const second = await shop.ask("checkout");
  return second.tookMs < slowMs ? undefined : `checkout takes ${second.tookMs.toFixed(0)} ms`;
}

async function restartsIn(shop: Shop): Promise<number> {
  const pods = (await shop.list("Pod")) as readonly Pod[];
  return pods.flatMap(({ status }) => status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + (restartCount ?? 0), 0);
}
