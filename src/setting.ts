/** PURE. The forms that a setting may have: each reads a text of the environment, or says what it must be. */
import * as z from "zod";
import { objectivesSchema } from "./telemetry/objective.ts";

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds. */
export const duration = z.string().transform((text, context) => {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim()) ?? [];
  if (amount !== undefined && unit !== undefined) return Number(amount) * (units[unit] ?? 1);
  context.addIssue({ code: "custom", message: "must be a duration like 10s, 5m or 1h" });
  return z.NEVER;
});

export const list = z.string().transform((text) => text.split(",").flatMap((entry) => (entry.trim() === "" ? [] : [entry.trim()])));
/** Without a slash at its end. */
export const url = z.url({ protocol: /^https?$/, error: "must be an http or https URL" }).transform((text) => text.replace(/\/+$/, ""));
export const whole = (least: number, most: number) => z.coerce.number({ error: "must be a number" }).int().min(least).max(most);
export const secret = z.string().min(16, "must have at least 16 characters");

export const objectives = z.string().transform((text, context) => {
  try {
    const parsed = objectivesSchema.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    context.addIssue({ code: "custom", message: `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not of the form of objectives"}` });
  } catch {
    context.addIssue({ code: "custom", message: "must be a JSON array of objectives" });
  }
  return z.NEVER;
});

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
