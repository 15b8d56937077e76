/** PURE. What an incident that is over teaches about the remedies that it tried. */
import type { Attempt, Incident } from "../transaction/incident.ts";
import { incidentsMax, isAbout, remediesMax, signatureOf } from "./memory.ts";
import type { Counts, Memory, RemedyMemory, Signature } from "./memory.ts";
import { shapeOf } from "./shape.ts";

export interface Lesson {
  readonly signature: Signature;
  readonly shape: string;
  readonly taught: keyof Counts;
}

/**
 * One for each attempt that was carried out and judged. What a person stopped, and what nobody could measure, teaches nothing of
 * the remedy.
 */
export function lessonsOf({ attempts }: Incident): readonly Lesson[] {
  return attempts.flatMap((attempt) => {
    const taught = whatItTaught(attempt);
    return taught === undefined ? [] : [{ signature: signatureOf(attempt.plan), shape: shapeOf(attempt.plan.actions), taught }];
  });
}

function whatItTaught({ verdict, writes, stoppedBy }: Attempt): keyof Counts | undefined {
  if (writes === 0 || stoppedBy !== undefined) return undefined;
  switch (verdict) {
    case "resolved":
      return "mitigated";
    case "improved":
      return "improved";
    case "unchanged":
      return "undone";
    case "regressed":
      return "regressed";
    case "inconclusive":
    case undefined:
      return undefined;
    default:
      return verdict satisfies never;
  }
}

/** The memory with the lessons about its signature; the same one when this incident is in it already. */
export function learn(
  memory: Memory | undefined,
  signature: Signature,
  lessons: readonly Lesson[],
  incidentId: string,
  nowMs: number,
): Memory {
  const known: Memory = memory ?? { schema: 1, ...signature, remedies: [], incidents: [] };
  if (known.incidents.includes(incidentId)) return known;
  const own = lessons.filter((lesson) => isAbout(known, lesson.signature));
  return {
    ...known,
    remedies: own.reduce((remedies, lesson) => counted(remedies, lesson, nowMs), known.remedies).slice(0, remediesMax),
    incidents: [...known.incidents, incidentId].slice(-incidentsMax),
  };
}

function counted(remedies: RemedyMemory[], { shape, taught }: Lesson, nowMs: number): RemedyMemory[] {
  const before = remedies.find((remedy) => remedy.shape === shape) ?? { shape, mitigated: 0, improved: 0, undone: 0, regressed: 0 };
  return [{ ...before, [taught]: before[taught] + 1, lastAtMs: nowMs }, ...remedies.filter((remedy) => remedy.shape !== shape)];
}
