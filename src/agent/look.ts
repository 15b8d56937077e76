/**
 * What a model may look at, and nothing but reads: objects of the incident's namespaces and of the whole cluster's kinds,
 * events, logs, metrics, who calls whom, what changed since all was well. Secrets are no kind that can be named. What comes
 * back is redacted before anybody else sees it, and cut.
 */
import * as z from "zod";
import { describePath } from "../action/change.ts";
import { describeFailure, success } from "../failure.ts";
import type { Difference } from "../known-good/difference.ts";
import { routeOf } from "../kubernetes/kind.ts";
import { asJson, nameOf } from "../kubernetes/object.ts";
import type { Event, KubernetesObject, Pod } from "../kubernetes/object.ts";
import { isJsonObject } from "../kubernetes/json.ts";
import type { Json } from "../kubernetes/json.ts";
import { cut } from "../model/fence.ts";
import type { Redactor } from "../redaction/redaction.ts";
import type { Incident } from "../transaction/incident.ts";
import { seenCalls } from "./call-graph.ts";
import { logOfPod, worstOf } from "./container-log.ts";
import { sinceKnownGood } from "./known-good.ts";
import { podsUnder } from "./pods.ts";
import type { Site } from "./site.ts";

const word = z.string().max(253).nullable();
export const lookSchema = z.strictObject({
  tool: z.enum(["get", "list", "describe", "events", "logs", "promql", "calls", "changes"]),
  kind: word,
  namespace: word,
  name: word,
  /** Of PromQL; of a log, what a line must contain. */
  query: z.string().max(1_000).nullable(),
  container: word,
  previous: z.boolean().nullable(),
  lines: z.int().nullable(),
});
export type Look = z.infer<typeof lookSchema>;

/** What a look leaves out that does not use it. */
export const unused = { kind: null, namespace: null, name: null, query: null, container: null, previous: null, lines: null } as const;

const entriesMax = 60;
/** Of one text inside of an object, before it is searched for secrets. */
const textMax = 20_000;

/** What was seen, or a sentence that says why nothing was. Never fails: a model is told, and goes on. */
export async function lookAt(site: Site, incident: Incident, redactor: Redactor, look: Look): Promise<string> {
  const namespace = look.namespace ?? undefined;
  if (namespace !== undefined && !incident.namespaces.includes(namespace))
    return `This incident is about ${incident.namespaces.join(", ")}; nothing else is looked at.`;
  switch (look.tool) {
    case "get":
    case "describe":
      return one(site, redactor, look, namespace);
    case "list":
      return list(site, redactor, look.kind ?? "", namespace);
    case "events":
      return events(site, redactor, namespace ?? incident.namespaces[0] ?? "", look.name ?? undefined);
    case "logs":
      return logs(site, redactor, look, namespace ?? incident.namespaces[0]);
    case "promql":
      return metrics(site, redactor, look.query ?? "");
    case "calls":
      return calls(site, redactor, incident.namespaces);
    case "changes":
      return changes(site, redactor, namespace ?? incident.namespaces[0] ?? "");
    default:
      return look.tool satisfies never;
  }
}

/** Undefined when the kind can be read there. */
function whyNotRead({ policy }: Site, kind: string, namespace: string | undefined): string | undefined {
  const route = routeOf(kind, policy.customKinds);
  if (route === undefined) return `${kind.slice(0, 63)} is no kind that is looked at.`;
  if (route.namespaced && namespace === undefined) return `A ${kind} has a namespace.`;
  return !route.namespaced && namespace !== undefined ? `A ${kind} has no namespace.` : undefined;
}

async function one(site: Site, redactor: Redactor, look: Look, namespace: string | undefined): Promise<string> {
  const [kind, name] = [look.kind ?? "", look.name ?? ""];
  const whyNot = whyNotRead(site, kind, namespace);
  if (whyNot !== undefined) return whyNot;
  const found = await site.cluster.get({ kind, namespace, name });
  if (!found.ok) return redactor.text(describeFailure(found.failure));
  if (found.value === undefined) return "It does not exist.";
  const shown = JSON.stringify(await redactor.json(shortened(asJson(found.value))));
  if (look.tool === "get" || namespace === undefined) return shown;
  return [
    shown,
    "Pods:",
    await podsOf(site, redactor, found.value, namespace),
    "Events:",
    await events(site, redactor, namespace, name),
  ].join("\n");
}

async function podsOf(site: Site, redactor: Redactor, owner: KubernetesObject, namespace: string): Promise<string> {
  const own = await podsUnder(site.cluster, owner, namespace);
  if (!own.ok) return redactor.text(describeFailure(own.failure));
  return own.value.length === 0 ? "none" : shortList(redactor, own.value);
}

/** The log of a pod, or of that pod of a workload that fares worst. */
async function logs(site: Site, redactor: Redactor, look: Look, namespace: string | undefined): Promise<string> {
  const [kind, name] = [look.kind ?? "Pod", look.name ?? ""];
  const whyNot = whyNotRead(site, kind, namespace);
  if (whyNot !== undefined || namespace === undefined) return whyNot ?? `A ${kind} has no log.`;
  const found = await site.cluster.get({ kind, namespace, name });
  if (!found.ok) return redactor.text(describeFailure(found.failure));
  if (found.value === undefined) return "It does not exist.";
  const pods = kind === "Pod" ? success([found.value as Pod]) : await podsUnder(site.cluster, found.value, namespace);
  if (!pods.ok) return redactor.text(describeFailure(pods.failure));
  const pod = worstOf(pods.value);
  return pod === undefined ? "It has no pods." : logOfPod(site.cluster, redactor, pod, look);
}

async function list(site: Site, redactor: Redactor, kind: string, namespace: string | undefined): Promise<string> {
  const whyNot = whyNotRead(site, kind, namespace);
  if (whyNot !== undefined) return whyNot;
  const found = await site.cluster.list(kind, namespace);
  if (!found.ok) return redactor.text(describeFailure(found.failure));
  return found.value.length === 0 ? "none" : shortList(redactor, found.value);
}

async function shortList(redactor: Redactor, objects: readonly KubernetesObject[]): Promise<string> {
  const shown = objects.slice(0, entriesMax).map(async (object) => {
    const status = await redactor.json(shortened(shortStatus(asJson(object)["status"] ?? null)));
    return `${await redactor.text(object.metadata.name)} ${cut(JSON.stringify(status), 700)}`;
  });
  return withRest(await Promise.all(shown), objects.length);
}

/** Times, addresses and the identifiers of containers take the room of what went wrong. */
const leftOutOfStatus =
  /Time$|^(?:containerID|imageID|image|hostIPs?|podIPs?|observedGeneration|allocatedResources|resources|volumeMounts|user|qosClass|images|nodeInfo)$/;

function shortStatus(status: Json): Json {
  return JSON.parse(JSON.stringify(status), (field, value: unknown) =>
    leftOutOfStatus.test(field) ? undefined : shortCondition(value),
  ) as Json;
}

/** What holds, and says nothing further, is well. */
function shortCondition(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.filter(
    (each: Json) => !(isJsonObject(each) && each["status"] === "True" && each["type"] !== undefined && each["message"] === undefined),
  );
}

export async function events(site: Site, redactor: Redactor, namespace: string, about: string | undefined): Promise<string> {
  const found = await site.cluster.list("Event", namespace);
  if (!found.ok) return redactor.text(describeFailure(found.failure));
  const all = (found.value as readonly Event[]).filter(({ type, involvedObject: { name = "" } }) =>
    about === undefined ? type === "Warning" : name === about || name.startsWith(`${about}-`),
  );
  const newest = all.slice(-entriesMax).map(async (event) => {
    const { kind, name = "" } = event.involvedObject;
    return redactor.text(`${kind} ${name}: ${event.reason ?? ""}: ${(event.message ?? "").slice(0, textMax)}`.slice(0, textMax));
  });
  return all.length === 0 ? "none" : withRest(await Promise.all(newest), all.length);
}

async function metrics(site: Site, redactor: Redactor, query: string): Promise<string> {
  if (site.metrics === undefined) return "No Prometheus is configured.";
  const answered = await site.metrics.query(query);
  if (!answered.ok) return redactor.text(describeFailure(answered.failure));
  const lines = answered.value
    .slice(0, entriesMax)
    .map(async ({ labels, value }) => `${JSON.stringify(await redactor.json(labels))} ${value}`);
  return answered.value.length === 0 ? "no series" : withRest(await Promise.all(lines), answered.value.length);
}

async function calls(site: Site, redactor: Redactor, namespaces: readonly string[]): Promise<string> {
  const seen = await seenCalls(site);
  if (!seen.ok) return redactor.text(describeFailure(seen.failure));
  const near = seen.value.filter(({ from, to }) =>
    [from, to].some((party) => party.namespace === undefined || namespaces.includes(party.namespace)),
  );
  const lines = near.slice(0, entriesMax).map(({ from, to }) => redactor.text(`${partyName(from)} -> ${partyName(to)}`));
  return near.length === 0 ? "nobody tells" : withRest(await Promise.all(lines), near.length);
}

function partyName({ namespace, name }: { readonly namespace?: string | undefined; readonly name: string }): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

async function changes(site: Site, redactor: Redactor, namespace: string): Promise<string> {
  const { differences } = await sinceKnownGood(site, namespace, [], []);
  const lines = differences.slice(0, entriesMax).map((difference) => changeLine(redactor, difference));
  return differences.length === 0 ? "nothing that is recorded" : withRest(await Promise.all(lines), differences.length);
}

async function changeLine(redactor: Redactor, { ref, kind, changes: fields, changedBy, changedAtMs }: Difference): Promise<string> {
  const when = changedAtMs === undefined ? "" : ` at ${new Date(changedAtMs).toISOString()}`;
  const side = async (place: string, value: { readonly value: Json } | null): Promise<string> =>
    value === null ? "absent" : JSON.stringify(await redactor.json(shortened({ [place]: value.value }))).slice(0, 300);
  const shown = fields.slice(0, 20).map(async ({ path, before, after }) => {
    const place = describePath(path);
    return `from ${await side(place, before)} to ${await side(place, after)}`;
  });
  const who = changedBy === undefined ? "" : ` by ${changedBy}`;
  return redactor.text(`${nameOf(ref)} ${kind}${when}${who} ${(await Promise.all(shown)).join("; ")}`);
}

function withRest(lines: readonly string[], count: number): string {
  return count > lines.length ? [...lines, `... and ${count - lines.length} more`].join("\n") : lines.join("\n");
}

/** Before it is searched: nobody reads so long a text, and what is cut off here is never shown. */
function shortened(value: Json): Json {
  return JSON.parse(JSON.stringify(value), (_field, each: unknown) =>
    typeof each === "string" && each.length > textMax ? `${each.slice(0, textMax).toWellFormed()}...` : each,
  ) as Json;
}
