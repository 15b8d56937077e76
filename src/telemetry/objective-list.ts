/**
 * PURE. The list of objectives as a person writes it: single ones in PromQL, and presets. Every mistake is an issue of its
 * own, told at its place, so that one reading of the settings finds them all.
 */
import * as z from "zod";
import { shortestRangeMs } from "./horizon.ts";
import type { Objective } from "./objective.ts";
import { expandPreset, presets } from "./preset.ts";

const nameSchema = z.string().min(1).max(200);
const namespaceSchema = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, "must be the name of a namespace");
const serviceSchema = z.string().regex(/^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/, "must be the name of a Service");
const weightSchema = z.int("must be a whole number").min(1, "must be at least 1").max(100, "must be at most 100");
/** As PromQL takes it. */
const windowSchema = z.string().regex(/^(?:\d+(?:ms|s|m|h|d|w|y))+$/, "must be a duration of PromQL like 30s, 5m or 1h");
const placeholder = "$window";

/** It holds while `value comparison threshold` is true of every series: `rate of errors < 0.01`. */
const plainSchema = z
  .strictObject({
    name: nameSchema,
    namespace: namespaceSchema.optional(),
    service: serviceSchema.optional(),
    promql: z.string().min(1).max(10_000),
    comparison: z.enum(["<", "<=", ">", ">="]),
    threshold: z.number(),
    weight: weightSchema.optional(),
    /** What `$window` in the PromQL stands for. */
    window: windowSchema.optional(),
  })
  .superRefine(({ promql, window }, context) => {
    const asks = promql.includes(placeholder);
    if (window !== undefined && !asks) context.addIssue(`window is given and promql has no ${placeholder}`);
    if (window === undefined && asks) context.addIssue(`promql has ${placeholder} and window is not given`);
  });

const presetSchema = z
  .strictObject({
    preset: z.enum(presets, `must be one of ${presets.join(", ")}`),
    service: serviceSchema,
    namespace: namespaceSchema,
    errorRatioMax: z.number().min(0).max(1, "must be a ratio: 0.05 is 5 %").optional(),
    latencyP99MaxMs: z.number().positive().optional(),
    window: windowSchema.default("5m"),
    weight: weightSchema.optional(),
  })
  .refine(({ errorRatioMax, latencyP99MaxMs }) => (errorRatioMax ?? latencyP99MaxMs) !== undefined, {
    error: "errorRatioMax or latencyP99MaxMs must be given",
  });

const objectivesMax = 200;

export const objectivesSchema = z.unknown().transform((entries, context): Objective[] => {
  if (!Array.isArray(entries)) {
    context.addIssue("must be a list of objectives");
    return z.NEVER;
  }
  const objectives = entries.flatMap((entry: unknown, index) => {
    const read = readEntry(entry);
    for (const issue of read.error?.issues ?? []) {
      context.addIssue({ code: "custom", path: [index, ...issue.path], message: issue.message });
    }
    return read.data ?? [];
  });
  if (objectives.length > objectivesMax) context.addIssue(`must be at most ${objectivesMax} objectives, presets expanded`);
  for (const name of namedTwice(objectives)) context.addIssue(`two objectives of one namespace have the same name: ${name}`);
  return objectives;
});

interface Read {
  readonly data?: readonly Objective[];
  readonly error?: { readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] };
}

/** Who writes `preset` means one: the issues are then those of a preset. */
function readEntry(entry: unknown): Read {
  if (typeof entry === "object" && entry !== null && "preset" in entry) {
    const wanted = presetSchema.safeParse(entry);
    return wanted.success ? { data: expandPreset(wanted.data) } : { error: wanted.error };
  }
  const plain = plainSchema.safeParse(entry);
  if (!plain.success) return { error: plain.error };
  const { window, ...objective } = plain.data;
  return { data: [{ ...objective, promql: objective.promql.replaceAll(placeholder, window ?? placeholder) }] };
}

/** A name is told apart within its namespace: two that share it could hide one another. */
function namedTwice(objectives: readonly Objective[]): readonly string[] {
  const names = objectives.map(({ namespace, name }) => `${namespace ?? ""}/${name}`);
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}

/**
 * Objectives that can never have data: `rate` needs two scrapes in its range, and none comes that often.
 * `scrapeIntervalMs`: the shortest of all that is scraped.
 */
export function tooShort(objectives: readonly Objective[], scrapeIntervalMs: number): readonly Objective[] {
  return objectives.filter(({ promql }) => (shortestRangeMs(promql) ?? Infinity) < 2 * scrapeIntervalMs);
}
