/** PURE. The forms that a setting may have: each reads a text of the environment, or says what it must be. */
import { parseDocument } from "yaml";
import * as z from "zod";
import { pricesSchema } from "./model/price.ts";
import { declaredCallSchema } from "./severity/call-graph.ts";
import { objectivesSchema } from "./telemetry/objective-list.ts";

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds. */
export const duration = z.string().transform((text, context) => {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim()) ?? [];
  if (amount !== undefined && unit !== undefined) return Number(amount) * (units[unit] ?? 1);
  context.addIssue({ code: "custom", message: "must be a duration like 10s, 5m or 1h" });
  return z.NEVER;
});

export const list = z.string().transform((text) => text.split(",").flatMap((entry) => (entry.trim() === "" ? [] : [entry.trim()])));
/** Without a slash at its end. */
export const url = z.url({ protocol: /^https?$/, error: "must be an http or https URL" }).transform((text) => text.replace(/\/+$/, ""));
export const whole = (least: number, most: number) => z.coerce.number({ error: "must be a number" }).int().min(least).max(most);
export const secret = z.string().min(16, "must have at least 16 characters");

/** One address, or several with commas between: replicas of one another. */
export const urls = list.pipe(z.array(url).min(1, "must be an http or https URL").max(10, "must be at most 10 URLs"));

/** A duration, or `on` for the usual one, or `off`: 0. Milliseconds. */
export const durationOrOff = (usualMs: number) =>
  z.string().transform((text, context) => {
    if (text === "off") return 0;
    if (text === "on") return usualMs;
    const parsed = duration.safeParse(text);
    if (parsed.success && parsed.data >= 1_000) return parsed.data;
    context.addIssue("must be on, off, or a duration of at least 1s");
    return z.NEVER;
  });

const documentMax = 1024 * 1024;

/** YAML, and so JSON as well; what is in it is told by `schema`, each mistake as an issue of its own. */
function document<T>(schema: z.ZodType<T>, placeOf: (value: unknown, path: readonly PropertyKey[]) => string) {
  return z.string().transform((text, context) => {
    const read = readYaml(text);
    if ("problem" in read) {
      context.addIssue(read.problem);
      return z.NEVER;
    }
    const parsed = schema.safeParse(read.value);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) context.addIssue(`${placeOf(read.value, issue.path)}${issue.message}`);
    return z.NEVER;
  });
}

/** The first mistake in the writing; the parser's own sentence, without the excerpt below it. */
export function readYaml(text: string): { readonly value: unknown } | { readonly problem: string } {
  if (text.length > documentMax) return { problem: `must be at most ${documentMax} characters` };
  const parsed = parseDocument(text, { prettyErrors: true });
  const [error] = parsed.errors;
  if (error !== undefined) return { problem: `is no YAML: ${error.message.split("\n")[0]?.replace(/:$/, "") ?? ""}` };
  try {
    return { value: parsed.toJS() as unknown };
  } catch {
    return { problem: "is no YAML that can be read: too many aliases" };
  }
}

/** `2 (checkout).threshold: `; entries are counted from 1, as a person does. */
export function placeInList(entries: unknown, [index, ...rest]: readonly PropertyKey[]): string {
  if (typeof index !== "number") return "";
  const named = z
    .looseObject({ name: z.unknown(), service: z.unknown() })
    .partial()
    .safeParse(Array.isArray(entries) ? entries[index] : undefined);
  const name = [named.data?.name, named.data?.service].find((value) => typeof value === "string" && value !== "");
  return `${[`${index + 1}${typeof name === "string" ? ` (${name.slice(0, 100)})` : ""}`, ...rest].map(String).join(".")}: `;
}

export const objectives = document(objectivesSchema, placeInList);

/** `gpt-x.in: `; the model's name is part of the place. */
export const prices = document(pricesSchema, (_value, path) => (path.length === 0 ? "" : `${path.map(String).join(".")}: `));

export const declaredCallsSchema = z.array(declaredCallSchema, "must be a list of calls, each from and to").max(2_000);
export const declaredCalls = document(declaredCallsSchema, placeInList);

/** As PEM text. */
export const certificates = z.string().transform((text, context) => {
  const pem = text.includes("-----BEGIN CERTIFICATE-----") ? text : decodeBase64(text);
  if (pem.includes("-----BEGIN CERTIFICATE-----")) return pem;
  context.addIssue({ code: "custom", message: "must be PEM certificates, as they are or in base64" });
  return z.NEVER;
});

function decodeBase64(text: string): string {
  try {
    return atob(text);
  } catch {
    return "";
  }
}
