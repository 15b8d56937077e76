/** PURE. What the receiver's own account of a fault comes to: found, named, fixed, and never worse. */
import type { Component, Fault } from "./fault.ts";
import type { ToldIncident } from "./incidents.ts";

/** The first hypotheses are those that a person reads. */
const hypothesesRead = 3;

export interface Judged {
  /** Each component is named in the first hypotheses, or is what the committed attempts change. */
  readonly localised: boolean;
  /** The first hypothesis of the first diagnosis names one of them. */
  readonly first: boolean;
  readonly causeNamed: boolean;
  readonly diagnosis: string;
  readonly outcomes: readonly string[];
  readonly reasons: readonly string[];
  readonly attempts: number;
  readonly writes: number;
  readonly fixedAtMs: number | undefined;
  readonly closedAtMs: number | undefined;
  readonly visible: readonly (readonly (number | string)[])[];
  readonly hidden: readonly (readonly (number | string)[])[];
  /** An incident whose severity was higher at its end than at its start. */
  readonly regressions: readonly string[];
}

export function judge(
  fault: Pick<Fault, "components" | "causes" | "field">,
  namespace: string,
  incidents: readonly ToldIncident[],
): Judged {
  const attempts = incidents.flatMap((incident) => incident.attempts);
  const committed = attempts.filter(({ ending }) => ending === "committed");
  const read = incidents.flatMap((incident) => readBy(incident));
  const isNamed = (component: Component): boolean =>
    read.some((line) => names(line, component, namespace)) ||
    committed.some(({ actions }) => actions.some((line) => changes(line, component, namespace)));
  const about = read.filter((line) => fault.components.some((component) => names(line, component, namespace)));
  const first = incidents.flatMap((incident) => firstDiagnosis(incident) ?? [])[0] ?? "";
  const ends = incidents.flatMap(({ endedAtMs }) => endedAtMs ?? []);
  const fixes = incidents.flatMap(({ timeline, attempts: tried }) =>
    tried.some(({ ending }) => ending === "committed") ? timeline.filter(({ text }) => isAction.test(text)) : [],
  );
  return {
    localised: fault.components.every(isNamed),
    first: fault.components.some((component) => names(first, component, namespace)),
    causeNamed: about.some((line) => fault.causes.some((cause) => line.startsWith(`${cause} at `)) || fault.field.test(line)),
    diagnosis: first,
    outcomes: incidents.map(({ outcome, state }) => outcome ?? state),
    reasons: incidents.flatMap(({ outcomeReason }) => outcomeReason ?? []),
    attempts: attempts.length,
    writes: attempts.reduce((sum, { actions }) => sum + actions.length, 0),
    fixedAtMs: fixes.at(-1)?.atMs,
    closedAtMs: ends.length === incidents.length ? ends.reduce((latest, atMs) => Math.max(latest, atMs), 0) : undefined,
    visible: incidents.map(({ visiblePath }) => visiblePath.map(({ mu }) => mu ?? "?")),
    hidden: attempts.map(({ hiddenPath }) => hiddenPath.map(({ mu }) => mu ?? "?")),
    regressions: incidents.flatMap((incident) => regressionOf(incident) ?? []),
  };
}

function readBy(incident: ToldIncident): readonly string[] {
  const told = incident.timeline.filter(({ text }) => text.startsWith("Diagnosis: ")).map(({ text }) => text.slice("Diagnosis: ".length));
  return [...told, ...incident.diagnosis.slice(0, hypothesesRead)];
}

function firstDiagnosis({ timeline, diagnosis }: ToldIncident): string | undefined {
  return timeline.find(({ text }) => text.startsWith("Diagnosis: "))?.text.slice("Diagnosis: ".length) ?? diagnosis[0];
}

/** An action is told as the line that a person would type; one that makes an object begins with the object. */
const isAction = /^(?:kubectl|printf) /;

/** `cause at Service shop-1/stock (85 %): …`; a node has no namespace. */
function names(line: string, { kind, name }: Component, namespace: string): boolean {
  return line.includes(` at ${kind} ${namespace}/${name} (`) || line.includes(` at ${kind} ${name} (`);
}

/** `kubectl --namespace shop-1 patch service stock …`, `deployment/stock`. */
function changes(line: string, { kind, name }: Component, namespace: string): boolean {
  const words = line.split(/[ /=]/).map((word) => word.toLowerCase());
  const isThere = kind === "Node" || line.includes(namespace);
  return isThere && words.includes(name) && words.some((word) => word.startsWith(kind.toLowerCase()) || isVerbOf(kind, word));
}

function isVerbOf(kind: string, word: string): boolean {
  return kind === "Node" && ["cordon", "uncordon", "taint"].includes(word);
}

function regressionOf({ id, visiblePath }: ToldIncident): string | undefined {
  const known = visiblePath.flatMap(({ mu }) => mu ?? []).map(Number);
  const [start, end] = [known[0], known.at(-1)];
  return start !== undefined && end !== undefined && end > start ? `${id}: ${start} -> ${end}` : undefined;
}
