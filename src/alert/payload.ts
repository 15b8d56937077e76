/**
 * PURE. Alertmanager's webhook payload, version 4, read loosely: fields that a newer release adds are ignored, and an
 * alert that cannot be read is set aside without taking its neighbours along. Only the status of each alert counts:
 * the one at the top and the common labels are computed after truncation (prometheus/alertmanager, notify/webhook).
 */
import * as z from "zod";
import { malformed, success, type Result } from "../failure.ts";
import { fingerprintOf } from "./fingerprint.ts";

export const alertsMax = 1_000;
export const labelsMax = 64;
export const labelValueBytesMax = 2_048;
const labelNameBytesMax = 256;
const summaryCharactersMax = 300;

export interface IncomingAlert {
  /** Its place in the payload, from 0. */
  readonly index: number;
  readonly fingerprint: string;
  /** The label `alertname`. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly status: "firing" | "resolved";
  readonly startsAtMs: number;
  /** Absent while firing: Alertmanager then sends the year 1. */
  readonly endsAtMs?: number;
  readonly severity?: string;
  /** The annotation `summary`, else `description`, else `message`; at most 300 characters. */
  readonly summary?: string;
}

export interface RejectedAlert {
  /** Its place in the payload, from 0. */
  readonly index: number;
  readonly reason: string;
}

export interface Payload {
  readonly alerts: readonly IncomingAlert[];
  readonly rejected: readonly RejectedAlert[];
  readonly groupKey: string;
  /** As Alertmanager sends it: regexp-escaped (template.go, Data). */
  readonly receiver: string;
  /** How many alerts `max_alerts` cut off. */
  readonly truncatedAlerts: number;
  readonly externalURL: string;
}

const envelopeSchema = z.object({
  version: z.literal("4"),
  alerts: z.array(z.unknown()),
  groupKey: z.string().catch(""),
  receiver: z.string().catch(""),
  truncatedAlerts: z.int().nonnegative().catch(0),
  externalURL: z.string().catch(""),
});

const alertSchema = z.object({
  labels: z.record(z.string(), z.string()),
  status: z.enum(["firing", "resolved"]),
  startsAt: z.string(),
  endsAt: z.string().optional().catch(undefined),
  fingerprint: z.string().optional().catch(undefined),
  annotations: z.record(z.string(), z.unknown()).optional().catch(undefined),
});

/** Fails with `malformed` only when this is no version 4 payload at all; a single bad alert lands in `rejected`. */
export function parsePayload(json: unknown): Result<Payload> {
  const envelope = envelopeSchema.safeParse(json);
  if (!envelope.success) return malformed("webhook payload", whatIsWrong(envelope.error));
  const alerts: IncomingAlert[] = [];
  const rejected: RejectedAlert[] = [];
  for (const [index, raw] of envelope.data.alerts.entries()) {
    const alert = index < alertsMax ? parseAlert(raw, index) : `the payload holds more than ${alertsMax} alerts`;
    if (typeof alert === "string") rejected.push({ index, reason: alert });
    else alerts.push(alert);
  }
  const { groupKey, receiver, truncatedAlerts, externalURL } = envelope.data;
  return success({ alerts, rejected, groupKey, receiver, truncatedAlerts, externalURL });
}

/** Stable over resends and highly available copies: an alert that ends and fires again has a new start. */
export function episodeKey(alert: Pick<IncomingAlert, "fingerprint" | "startsAtMs">): string {
  return `${alert.fingerprint}@${new Date(alert.startsAtMs).toISOString()}`;
}

/** The alert, or the reason why it is none. */
function parseAlert(raw: unknown, index: number): IncomingAlert | string {
  const parsed = alertSchema.safeParse(raw);
  if (!parsed.success) return whatIsWrong(parsed.error);
  const { labels, status } = parsed.data;
  const name = Object.hasOwn(labels, "alertname") ? labels["alertname"] : undefined;
  if (!name) return "labels.alertname is missing";
  const excess = whyTooLarge(labels);
  if (excess !== undefined) return excess;
  const startsAtMs = instantMs(parsed.data.startsAt);
  if (startsAtMs === undefined) return "startsAt is no RFC 3339 time";
  const endsAtMs = status === "resolved" ? instantMs(parsed.data.endsAt) : undefined;
  const severity = labels["severity"];
  const summary = summaryOf(parsed.data.annotations ?? {});
  return {
    index,
    fingerprint: /^[\w-]{1,64}$/.test(parsed.data.fingerprint ?? "") ? (parsed.data.fingerprint ?? "") : fingerprintOf(labels),
    name,
    labels,
    status,
    startsAtMs,
    ...(endsAtMs === undefined ? {} : { endsAtMs }),
    ...(severity ? { severity } : {}),
    ...(summary ? { summary } : {}),
  };
}

function whyTooLarge(labels: Readonly<Record<string, string>>): string | undefined {
  const entries = Object.entries(labels);
  if (entries.length > labelsMax) return `more than ${labelsMax} labels`;
  for (const [name, value] of entries) {
    if (isLonger(name, labelNameBytesMax)) return `a label name is longer than ${labelNameBytesMax} bytes`;
    if (isLonger(value, labelValueBytesMax)) return `label ${name} is longer than ${labelValueBytesMax} bytes`;
  }
  return undefined;
}

/** A UTF-16 unit is at most three bytes of UTF-8: short texts need no counting. */
function isLonger(text: string, bytesMax: number): boolean {
  return text.length * 3 > bytesMax && new TextEncoder().encode(text).length > bytesMax;
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

/** Milliseconds since the epoch; undefined for no time and for Go's zero time, which is in the year 1. */
function instantMs(text: string | undefined): number | undefined {
  if (text === undefined || !rfc3339.test(text)) return undefined;
  // Go prints nanoseconds; more than three digits are outside of what ECMAScript promises to parse.
  const instant = Date.parse(text.toUpperCase().replace(/(\.\d{3})\d+/, "$1"));
  return Number.isNaN(instant) || instant <= 0 ? undefined : instant;
}

function summaryOf(annotations: Readonly<Record<string, unknown>>): string | undefined {
  for (const name of ["summary", "description", "message"]) {
    const text = Object.hasOwn(annotations, name) ? annotations[name] : undefined;
    if (typeof text === "string" && text.trim() !== "")
      return text
        .trim()
        .slice(0, summaryCharactersMax)
        .replace(/[\uD800-\uDBFF]$/, "");
  }
  return undefined;
}

function whatIsWrong(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return "not of the expected form";
  const path = issue.path.map(String).join(".");
  return path === "" ? issue.message : `${path}: ${issue.message}`;
}
