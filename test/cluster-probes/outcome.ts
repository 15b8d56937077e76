/** What came of a probe, without what differs from run to run: identities, times, addresses that are handed out. */
import { isJsonArray, isJsonObject, jsonEqual } from "../../src/kubernetes/json.ts";
import type { Json, JsonObject } from "../../src/kubernetes/json.ts";

export interface Outcome {
  readonly status: number;
  /** Of a failure: the API's word for it, and its sentence. */
  readonly reason?: string;
  readonly message?: string;
  /** Of a creation or a patch that was taken. */
  readonly answer?: JsonObject;
  /** Whether the answer carries another resourceVersion than the object had. */
  readonly moved?: boolean;
  /** The object as read afterwards. */
  readonly after: "as answered" | "as before" | "gone" | JsonObject;
}

/** What an API server said, before it is made comparable. */
export interface Said {
  readonly status: number;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  readonly object?: JsonObject | undefined;
}

export function outcomeOf(said: Said, before: JsonObject | undefined, after: JsonObject | undefined): Outcome {
  const { status, reason, message, object } = said;
  if (status >= 300)
    return {
      status,
      ...(reason === undefined ? {} : { reason }),
      ...(message === undefined ? {} : { message: withoutIdentities(message) }),
      after: stored(undefined, before, after),
    };
  if (object === undefined) return { status, after: stored(undefined, before, after) };
  return {
    status,
    answer: normalised(object) as JsonObject,
    ...(before === undefined ? {} : { moved: versionOf(object) !== versionOf(before) }),
    after: stored(object, before, after),
  };
}

function stored(answer: JsonObject | undefined, before: JsonObject | undefined, after: JsonObject | undefined): Outcome["after"] {
  if (after === undefined) return "gone";
  if (before !== undefined && jsonEqual(after, before)) return "as before";
  if (answer !== undefined && jsonEqual(after, answer)) return "as answered";
  return normalised(after) as JsonObject;
}

function versionOf(object: JsonObject): Json | undefined {
  return isJsonObject(object["metadata"]) ? object["metadata"]["resourceVersion"] : undefined;
}

const identities = new Set(["uid", "resourceVersion"]);

export function normalised(value: Json, key = ""): Json {
  if (isJsonArray(value)) return value.map((item) => normalised(item, key));
  if (!isJsonObject(value)) return placeholder(value, key);
  const entries = Object.entries(value).filter(
    ([name, inner]) => name !== "managedFields" && !(name === "resourceVersion" && inner === ""),
  );
  return Object.fromEntries(entries.map(([name, inner]) => [name, normalised(inner, key === "disruptedPods" ? "disruptionTime" : name)]));
}

function placeholder(value: Json, key: string): Json {
  if (typeof value === "number" && key === "nodePort" && value > 0) return "<port>";
  if (typeof value !== "string") return value;
  if (identities.has(key)) return `<${key}>`;
  if ((/Time(stamp)?$/.test(key) || key === "timeAdded") && /^\d{4}-\d\d-\d\dT/.test(value)) return "<time>";
  if (/^clusterIPs?$/.test(key) && /^\d+\.\d+\.\d+\.\d+$/.test(value)) return "<address>";
  return value;
}

/**
 * What identifies one run is taken out of a sentence, and what only repeats the request: a value that is no plain one is
 * printed with Go's names for its fields, an object that could not be read whole, and the change of a pod as a difference.
 */
function withoutIdentities(message: string): string {
  return message
    .replace(/(patch: Invalid value: ).*/s, "$1...")
    .replace(/( cannot be handled as a \w+: )(json|quantities|illegal|no kind).*/, "$1...")
    .replace(/(if it was previously negative\)).*/s, "$1")
    .replaceAll(/((?:Invalid|Unsupported|Duplicate) value: )[[{].*?[\]}](?=: |, |\]$|$)/g, "$1...")
    .replaceAll(/(UID|ResourceVersion) in (the precondition|record) \([^)]*\)/g, "$1 in $2 (...)")
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<uid>");
}
