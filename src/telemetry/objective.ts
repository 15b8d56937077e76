/**
 * Service level objectives as a person configures them, and how they stand now. It reads; whether a violated
 * objective matters to an incident is severity's business.
 */
import * as z from "zod";
import { describeFailure, type Result } from "../failure.ts";
import type { ObjectiveReading, Reading } from "../severity/severity.ts";
import type { MetricSample, MetricSource } from "./telemetry.ts";

/** It holds while `value comparison threshold` is true of every series: `rate of errors < 0.01`. */
export const objectiveSchema = z.strictObject({
  name: z.string().min(1).max(200),
  namespace: z.string().min(1).max(253),
  service: z.string().min(1).max(253).optional(),
  promql: z.string().min(1).max(10_000),
  comparison: z.enum(["<", "<=", ">", ">="]),
  threshold: z.number(),
});
export type Objective = z.infer<typeof objectiveSchema>;

/** A name is told apart within its namespace: two that share it could hide one another. */
export const objectivesSchema = z
  .array(objectiveSchema)
  .max(200)
  .refine((all) => new Set(all.map(({ namespace, name }) => `${namespace}/${name}`)).size === all.length, {
    error: "two objectives of one namespace have the same name",
  });

/** Workers allow six open connections; the others are for what runs beside this. */
const queriesAtOnceMax = 4;

/** How every objective stands, in their order; not known when any one of them could not be read. */
export async function readObjectives(source: MetricSource, objectives: readonly Objective[]): Promise<Reading<ObjectiveReading[]>> {
  const readings: ObjectiveReading[] = [];
  for (let start = 0; start < objectives.length; start += queriesAtOnceMax) {
    const some = objectives.slice(start, start + queriesAtOnceMax);
    const answers: readonly Result<readonly MetricSample[]>[] = await Promise.all(some.map(({ promql }) => source.query(promql)));
    for (const [index, objective] of some.entries()) {
      const answer = answers[index];
      if (answer?.ok !== true) {
        const why = answer === undefined ? "no answer" : describeFailure(answer.failure);
        return { known: false, reason: `objective ${objective.name}: ${why}` };
      }
      readings.push({ name: objective.name, namespace: objective.namespace, state: stateOf(objective, answer.value) });
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
