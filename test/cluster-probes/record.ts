/** Sends every probe to a real API server whose controllers rest, so that nothing but the probe changes an object. */
import type { Json, JsonObject } from "../../src/kubernetes/json.ts";
import { kinds } from "../../src/kubernetes/kind.ts";
import type { Kind } from "../../src/kubernetes/kind.ts";
import { jsonIn, send } from "../../src/cluster/request.ts";
import type { ApiAccess, ApiRequest } from "../../src/cluster/request.ts";
import { outcomeOf } from "./outcome.ts";
import type { Outcome, Said } from "./outcome.ts";
import { filled, namespaceOf, placeOf, targetOf } from "./probe.ts";
import type { Case, Manifest, Place, Probe } from "./probe.ts";
import type { Recorded } from "./recording.ts";

const contentTypes = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
} as const;

export async function recordCase(access: ApiAccess, one: Case): Promise<readonly Recorded[]> {
  const namespace = namespaceOf(one);
  await mustCreate(access, namespace, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  // Pods are refused until their service account is there, which its controller would make.
  await must(access, "POST", `/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name: "default" } });
  for (const object of one.objects) await mustCreate(access, namespace, object);
  if (one.terminating === true) await must(access, "DELETE", `/api/v1/namespaces/${namespace}`);
  const recorded: Recorded[] = [];
  for (const probe of one.probes)
    recorded.push({ case: one.name, probe: probe.name, outcome: await record(access, namespace, one, probe) });
  return recorded;
}

async function record(access: ApiAccess, namespace: string, one: Case, probe: Probe): Promise<Outcome> {
  const target = targetOf(one, probe);
  const before = await read(access, namespace, target);
  const said = await ask(access, namespace, target, probe, before);
  return outcomeOf(said, before, await read(access, namespace, target));
}

function ask(access: ApiAccess, namespace: string, target: Place, { asked, dryRun }: Probe, before: JsonObject | undefined): Promise<Said> {
  const query = `?fieldManager=stratus${dryRun ? "&dryRun=All" : ""}`;
  const path = pathOf(namespace, target);
  switch (asked.verb) {
    case "create": {
      const { metadata } = asked.object as { readonly metadata: { readonly namespace?: string } };
      const collection = collectionOf(metadata.namespace ?? namespace, target);
      return say(access, { method: "POST", path: collection + query, body: JSON.stringify(asked.object) });
    }
    case "patch":
      return say(access, {
        method: "PATCH",
        path: path + query,
        contentType: contentTypes[asked.type],
        body: JSON.stringify(filled(asked.patch, before)),
      });
    case "delete":
      return withoutObject(say(access, { method: "DELETE", path, body: JSON.stringify(options(asked, dryRun, before)) }));
    case "evict": {
      const metadata = { name: target.name, namespace };
      const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata, deleteOptions: options(asked, dryRun, before) };
      return say(access, { method: "POST", path: `${path}/eviction`, body: JSON.stringify(eviction) });
    }
    default:
      return asked satisfies never;
  }
}

/** What is answered to a deletion differs from kind to kind, and nobody looks at it: what is left is read afterwards. */
async function withoutObject(said: Promise<Said>): Promise<Said> {
  const { object: _object, ...rest } = await said;
  return rest;
}

function options(
  { uid, resourceVersion }: { uid: string; resourceVersion: string },
  dryRun: boolean,
  before: JsonObject | undefined,
): Json {
  return {
    apiVersion: "v1",
    kind: "DeleteOptions",
    preconditions: filled({ uid, resourceVersion }, before),
    propagationPolicy: "Background",
    ...(dryRun ? { dryRun: ["All"] } : {}),
  };
}

async function say(access: ApiAccess, request: Omit<ApiRequest, "changes">): Promise<Said> {
  const response = await send(access, { contentType: "application/json", ...request, changes: true });
  if (!response.ok) throw new Error(JSON.stringify(response.failure));
  const json = jsonIn(response.value);
  if (!json.ok) throw new Error(`${request.method} ${request.path}: ${response.value.body}`);
  const body = json.value as JsonObject;
  const { status } = response.value;
  if (body["kind"] !== "Status") return { status, object: body };
  // A failure may come with a status of success on the outside.
  const failed = body["status"] === "Failure";
  return failed
    ? {
        status: Number(body["code"] ?? status),
        reason: body["reason"] as string | undefined,
        message: body["message"] as string | undefined,
      }
    : { status };
}

async function read(access: ApiAccess, namespace: string, place: Place): Promise<JsonObject | undefined> {
  if (place.name === "") return undefined;
  const said = await say(access, { method: "GET", path: pathOf(namespace, place) });
  return said.object;
}

async function mustCreate(access: ApiAccess, namespace: string, object: Manifest): Promise<void> {
  const { status, ...manifest } = object;
  await must(access, "POST", collectionOf(namespace, placeOf(object)), manifest);
  if (status === undefined) return;
  const path = `${pathOf(namespace, placeOf(object))}/status`;
  const said = await say(access, { method: "PATCH", path, contentType: contentTypes.merge, body: JSON.stringify({ status }) });
  if (said.status >= 300) throw new Error(`${path}: ${said.message}`);
}

async function must(access: ApiAccess, method: "POST" | "DELETE", path: string, body: Json = {}): Promise<void> {
  const said = await say(access, { method, path, body: JSON.stringify(body) });
  if (said.status >= 300) throw new Error(`${method} ${path}: ${said.message}`);
}

function collectionOf(namespace: string, { kind }: Place): string {
  const { apiVersion, plural, namespaced } = kinds[kind as Kind];
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${root}${namespaced ? `/namespaces/${namespace}` : ""}/${plural}`;
}

function pathOf(namespace: string, place: Place): string {
  return `${collectionOf(namespace, place)}/${encodeURIComponent(place.name)}`;
}
