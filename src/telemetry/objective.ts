/**
 * Service level objectives as they are asked for, and how they stand now. It reads; whether a violated objective matters
 * to an incident is severity's business.
 */
import { describeFailure } from "../failure.ts";
import type { ObjectiveReading, Reading } from "../severity/severity.ts";
import type { Answered, MetricSample, MetricSource } from "./telemetry.ts";

/** It holds while `value comparison threshold` is true of every series: `rate of errors < 0.01`. */
export interface Objective {
  readonly name: string;
  /** Without one it belongs to every scope. */
  readonly namespace?: string | undefined;
  readonly service?: string | undefined;
  readonly promql: string;
  readonly comparison: "<" | "<=" | ">" | ">=";
  readonly threshold: number;
  /** A whole number; 1 when absent. */
  readonly weight?: number | undefined;
}

/** Workers allow six open connections; the others are for what runs beside this. */
const queriesAtOnceMax = 4;

/** How every objective stands, in their order; not known when any one of them could not be read. 1 request each. */
export async function readObjectives(source: MetricSource, objectives: readonly Objective[]): Promise<Reading<ObjectiveReading[]>> {
  const readings: ObjectiveReading[] = [];
  for (let start = 0; start < objectives.length; start += queriesAtOnceMax) {
    const some = objectives.slice(start, start + queriesAtOnceMax);
    const answers: readonly Answered<readonly MetricSample[]>[] = await Promise.all(some.map(({ promql }) => source.query(promql)));
    for (const [index, objective] of some.entries()) {
      const answer = answers[index];
      if (answer?.ok !== true) {
        const why = answer === undefined ? "no answer" : describeFailure(answer.failure);
        return { known: false, reason: `objective ${objective.name}: ${why}` };
      }
      const { name, namespace, weight } = objective;
      const weighted = weight === undefined || weight === 1 ? {} : { weight };
      readings.push({ name, namespace, state: stateOf(objective, answer.value), ...weighted });
    }
  }
  return { known: true, value: readings };
}

/**
 * Violated when any series violates it. A series without a number (0/0: no traffic) says nothing; when none has one,
 * or there is no series, the objective vanished.
 */
function stateOf(objective: Objective, samples: readonly MetricSample[]): ObjectiveReading["state"] {
  const values = samples.map(({ value }) => value).filter((value) => !Number.isNaN(value));
  if (values.length === 0) return "vanished";
  return values.every((value) => holds(value, objective)) ? "holds" : "violated";
}

function holds(value: number, { comparison, threshold }: Objective): boolean {
  switch (comparison) {
    case "<":
      return value < threshold;
    case "<=":
      return value <= threshold;
    case ">":
      return value > threshold;
    case ">=":
      return value >= threshold;
    default:
      return comparison satisfies never;
  }
}
