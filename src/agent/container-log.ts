/**
 * The log of one container as a model is shown it: the newest lines, without terminal colours and without secrets. What is
 * asked for is looked for only after redaction: else the filter would tell what a secret contains, and take one of several
 * lines apart. A built-in cause never reads a log.
 */
import type { ClusterPort } from "../cluster/cluster.ts";
import { describeFailure } from "../failure.ts";
import { isReady } from "../kubernetes/object.ts";
import type { ContainerState, ContainerStatus, Pod } from "../kubernetes/object.ts";
import { cut } from "../model/fence.ts";
import type { Redactor } from "../redaction/redaction.ts";

export interface LogLook {
  /** Left out: the one that fares worst. */
  readonly container: string | null;
  readonly previous: boolean | null;
  /** What a line must contain; case does not matter. */
  readonly query: string | null;
  readonly lines: number | null;
}

/** The server cuts off the newest bytes, which tell most: where lines are that long, fewer are asked for. */
const linesRead = [500, 50, 5] as const;
const bytesMax = 256 * 1024;
const linesUsual = 50;
const linesMax = 200;
/** Of one line, and of all: less than a look may show, so that what is cut off are the oldest lines. */
const lineMax = 1_000;
const charactersMax = 5_000;

/** Not ready, and of these the one that was restarted most. */
export function worstOf(pods: readonly Pod[]): Pod | undefined {
  const isWell = (pod: Pod): boolean => isReady(pod) || pod.status?.phase === "Succeeded";
  return pods.toSorted((left, right) => Number(isWell(left)) - Number(isWell(right)) || restartsOf(right) - restartsOf(left))[0];
}

/** What was found, or a sentence that says why nothing was. */
export async function logOfPod(cluster: ClusterPort, redactor: Redactor, pod: Pod, look: LogLook): Promise<string> {
  const container = look.container ?? containerOf(pod);
  const { name, namespace = "" } = pod.metadata;
  for (const most of linesRead) {
    const read = await cluster.log({ namespace, pod: name, container, previous: look.previous === true, linesMax: most, bytesMax });
    if (!read.ok) return redactor.text(describeFailure(read.failure));
    if (read.value.isCut) continue;
    const head = await redactor.text(headOf(pod, container, look.previous === true));
    return `${head}\n${await shown(redactor, read.value.lines, look)}`;
  }
  return "Its newest lines are too long to be read.";
}

async function shown(redactor: Redactor, lines: readonly string[], { query, lines: wanted }: LogLook): Promise<string> {
  if (lines.length === 0) return "Nothing was written.";
  const clean = (await redactor.text(lines.map(printable).join("\n"))).split("\n");
  const sought = (query ?? "").toLowerCase();
  const found = clean.filter((line) => line.toLowerCase().includes(sought));
  if (found.length === 0) return `None of its last ${clean.length} lines contains that.`;
  const newest = fitting(found.slice(-Math.min(Math.max(wanted ?? linesUsual, 1), linesMax)));
  const of = sought === "" ? `its last ${clean.length} lines` : `the ${found.length} that contain it, of its last ${clean.length} lines`;
  return [`The last ${newest.length} of ${of}:`, ...newest].join("\n");
}

/** As many as there is room for, from the newest on. */
function fitting(lines: readonly string[]): readonly string[] {
  let left = charactersMax;
  const kept: string[] = [];
  for (const line of lines.toReversed()) {
    const short = cut(line, lineMax);
    left -= short.length + 1;
    if (left < 0) break;
    kept.push(short);
  }
  return kept.toReversed();
}

/** Colours stand between a name and its value, where redaction would not know one for the other's. */
const colours = /(?!\t)\p{Cc}\[[0-?]*[ -/]*[@-~]/gu;

function printable(line: string): string {
  return line
    .replace(colours, "")
    .replace(/\r$/, "")
    .replace(/[\r\v\f\u0085\u2028\u2029]/g, "\n")
    .replace(/(?![\n\t])\p{Cc}/gu, "");
}

function headOf(pod: Pod, container: string | undefined, previous: boolean): string {
  const status = statusesOf(pod).find((each) => each.name === container);
  const state = status === undefined ? "" : `, restarted ${status.restartCount} times, now ${stateOf(status.state)}`;
  return `${previous ? "The run before in pod" : "Pod"} ${pod.metadata.name}, container ${container ?? "?"}${state}.`;
}

function stateOf({ running, waiting, terminated }: ContainerState = {}): string {
  if (running !== undefined) return "running";
  if (terminated !== undefined) return `ended: ${terminated.reason ?? ""} (${terminated.exitCode ?? "?"})`;
  return `waiting: ${waiting?.reason ?? ""}`;
}

/** The one in trouble, an init container perhaps; otherwise the first. */
function containerOf(pod: Pod): string | undefined {
  const troubled = statusesOf(pod).filter(({ ready, state }) => !ready && state?.terminated?.exitCode !== 0);
  return troubled.toSorted((left, right) => right.restartCount - left.restartCount)[0]?.name ?? pod.spec.containers[0]?.name;
}

function restartsOf(pod: Pod): number {
  return statusesOf(pod).reduce((sum, { restartCount }) => sum + restartCount, 0);
}

function statusesOf({ status }: Pod): readonly ContainerStatus[] {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
}
