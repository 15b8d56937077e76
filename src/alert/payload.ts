/**
 * PURE. Alertmanager's webhook payload, version 4, read loosely: fields that a newer release adds are ignored, and an
 * alert that cannot be read is set aside without taking its neighbours along. Only the status of each alert counts:
 * the one at the top and the common labels are computed after truncation (prometheus/alertmanager, notify/webhook).
 * Read by hand and not by a schema: the most frequent work of all, and the reasons are read by people.
 */
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
  /** Present: no alert, but a person asked (by-hand.ts); `summary` holds their words. */
  readonly asked?: { readonly by: string };
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

/** Fails with `malformed` only when this is no version 4 payload at all; a single bad alert lands in `rejected`. */
export function parsePayload(json: unknown): Result<Payload> {
  if (!isObject(json)) return malformed("webhook payload", "it is no object");
  if (json["version"] !== "4") return malformed("webhook payload", 'version is not "4"');
  const list: unknown = json["alerts"];
  if (!Array.isArray(list)) return malformed("webhook payload", "alerts is no list");
  const alerts: IncomingAlert[] = [];
  const rejected: RejectedAlert[] = [];
  for (const [index, raw] of list.entries()) {
    const alert = index < alertsMax ? parseAlert(raw, index) : `the payload holds more than ${alertsMax} alerts`;
    if (typeof alert === "string") rejected.push({ index, reason: alert });
    else alerts.push(alert);
  }
  const { groupKey, receiver, truncatedAlerts, externalURL } = json;
  return success({
    alerts,
    rejected,
    groupKey: textOr(groupKey, ""),
    receiver: textOr(receiver, ""),
    truncatedAlerts: typeof truncatedAlerts === "number" && Number.isSafeInteger(truncatedAlerts) ? Math.max(0, truncatedAlerts) : 0,
    externalURL: textOr(externalURL, ""),
  });
}

/** Stable over resends and highly available copies: an alert that ends and fires again has a new start. */
export function episodeKey(alert: Pick<IncomingAlert, "fingerprint" | "startsAtMs">): string {
  return `${alert.fingerprint}@${new Date(alert.startsAtMs).toISOString()}`;
}

/** The alert, or the reason why it is none. */
function parseAlert(raw: unknown, index: number): IncomingAlert | string {
  if (!isObject(raw)) return "it is no object";
  const { status, fingerprint } = raw;
  const labels = readLabels(raw["labels"]);
  if (typeof labels === "string") return labels;
  if (status !== "firing" && status !== "resolved") return "status is neither firing nor resolved";
  const name = Object.hasOwn(labels, "alertname") ? labels["alertname"] : undefined;
  if (!name) return "labels.alertname is missing";
  const startsAtMs = instantMs(raw["startsAt"]);
  if (startsAtMs === undefined) return "startsAt is no RFC 3339 time";
  const endsAtMs = status === "resolved" ? instantMs(raw["endsAt"]) : undefined;
  const severity = labels["severity"];
  const summary = summaryOf(raw["annotations"]);
  return {
    index,
    fingerprint: typeof fingerprint === "string" && /^[\w-]{1,64}$/.test(fingerprint) ? fingerprint : fingerprintOf(labels),
    name,
    labels,
    status,
    startsAtMs,
    ...(endsAtMs === undefined ? {} : { endsAtMs }),
    ...(severity ? { severity } : {}),
    ...(summary ? { summary } : {}),
  };
}
/** The labels, or the reason why they are none. A copy: what is called `__proto__` does not come along. */
function readLabels(raw: unknown): Readonly<Record<string, string>> | string {
  if (!isObject(raw)) return "labels is no object";
  const labels: Record<string, string> = {};
  let count = 0;
  for (const name of Object.keys(raw)) {
    const value = raw[name];
    if (typeof value !== "string") return `labels.${name.slice(0, 100)} is no text`;
    if ((count += 1) > labelsMax) return `more than ${labelsMax} labels`;
    if (isLonger(name, labelNameBytesMax)) return `a label name is longer than ${labelNameBytesMax} bytes`;
    if (isLonger(value, labelValueBytesMax)) return `label ${name} is longer than ${labelValueBytesMax} bytes`;
    labels[name] = value;
  }
  return labels;
}

/** A UTF-16 unit is at most three bytes of UTF-8: short texts need no counting. */
function isLonger(text: string, bytesMax: number): boolean {
  return text.length * 3 > bytesMax && new TextEncoder().encode(text).length > bytesMax;
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;

/** Milliseconds since the epoch; undefined for no time and for Go's zero time, which is in the year 1. */
function instantMs(text: unknown): number | undefined {
  if (typeof text !== "string" || !rfc3339.test(text)) return undefined;
  // Go prints nanoseconds; more than three digits are outside of what ECMAScript promises to parse.
  const instant = Date.parse(text.toUpperCase().replace(/(\.\d{3})\d+/, "$1"));
  return Number.isNaN(instant) || instant <= 0 ? undefined : instant;
}

function summaryOf(annotations: unknown): string | undefined {
  if (!isObject(annotations)) return undefined;
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

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOr(value: unknown, instead: string): string {
  return typeof value === "string" ? value : instead;
}
