/**
 * A shop of its own for each fault: the test cluster's app (its manifests, in another namespace), with traffic from the machine.
 * Whoever breaks, watches or judges it does so through this.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { isJsonObject, type Json, type JsonObject, type PatchOperation } from "../../src/kubernetes/json.ts";
import { asJson, type KubernetesObject, type Service, type Workload } from "../../src/kubernetes/object.ts";
import type { RunningCluster } from "../cluster/cluster.ts";
import { roomPath } from "../cluster/layout.ts";
import { until } from "../cluster/until.ts";
import type { Hands } from "../fidelity/hands.ts";
import { areRolledOut } from "../fidelity/stage.ts";
import { activeAlerts } from "./monitoring.ts";

/** Of the manifests that make the app; `frontend -> catalog -> stock`, `checkout -> payment`, and what stands beside them. */
const manifests = ["shop", "checkout", "beside"];
export const doors = { frontend: "/echo", checkout: "/" } as const;
const services = ["frontend", "catalog", "stock", "checkout", "payment"] as const;
export type ServiceName = (typeof services)[number];
const workloadKinds = ["Deployment", "StatefulSet", "DaemonSet"] as const;

export interface Shop {
  readonly namespace: string;
  readonly cluster: RunningCluster;
  readonly hands: Hands;
  /** With `--namespace` of this shop. */
  kubectl(...args: string[]): Promise<string>;
  apply(...objects: JsonObject[]): Promise<void>;
  patch(kind: string, name: string, ...operations: PatchOperation[]): Promise<void>;
  /** Undefined when it is not there. */
  read(kind: string, name: string): Promise<JsonObject | undefined>;
  list(kind: string): Promise<readonly KubernetesObject[]>;
  /** Status and body of one request through the Service, by its address as it is now; an error's text in place of a body. */
  ask(service: ServiceName): Promise<Answer>;
  remove(): Promise<void>;
}

export interface Answer {
  /** 0: nobody answered. */
  readonly status: number;
  readonly body: string;
  readonly tookMs: number;
}

/** `setting`: how this fault wants the app to be made, before any of it exists. */
export async function openShop(
  cluster: RunningCluster,
  hands: Hands,
  namespace: string,
  setting: (objects: JsonObject[]) => JsonObject[],
): Promise<Shop> {
  const scoped = ["--namespace", namespace];
  await cluster.kubectl("create", "namespace", namespace);
  await cluster.apply(JSON.stringify({ apiVersion: "v1", kind: "List", items: setting(appOf(namespace)) }));
  const traffic = await startTraffic(hands, namespace);
  const shop: Shop = {
    namespace,
    cluster,
    hands,
    kubectl: (...args) => cluster.kubectl(...scoped, ...args),
    async apply(...objects) {
      await cluster.apply(JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
    },
    async patch(kind, name, ...operations) {
      await cluster.kubectl(...scoped, "patch", kind, name, "--type=json", `--patch=${JSON.stringify(operations)}`);
    },
    async read(kind, name) {
      const object = await hands.read({ kind, namespace, name });
      return object === undefined ? undefined : asJson(object);
    },
    list: (kind) => hands.list(kind, namespace),
    async ask(service) {
      const path = service === "checkout" || service === "payment" ? "/" : "/echo";
      const address = await addressOf(hands, namespace, service);
      return address === undefined ? { status: 0, body: "there is no such Service", tookMs: 0 } : ask(`http://${address}:9898${path}`);
    },
    async remove() {
      await stop(traffic);
      await cluster.kubectl("delete", "namespace", namespace, "--wait=false");
    },
  };
  return shop;
}

/** Rolled out, answering, and not an alert on its way. */
export async function allWell(shop: Shop): Promise<void> {
  const { namespace, hands } = shop;
  const workloads = await workloadsIn(shop);
  const refs = workloads.map(({ kind, metadata }) => ({ kind, namespace, name: metadata.name }));
  await until({ what: `${namespace} is rolled out`, limitMs: 150_000, everyMs: 500 }, () => areRolledOut(hands, refs));
  await until({ what: `${namespace} answers`, limitMs: 60_000, everyMs: 500 }, async () => (await unansweredIn(shop)) ?? true);
  let quietSinceMs: number | undefined;
  await until({ what: `no alert is active in ${namespace}`, limitMs: 150_000, everyMs: 500 }, async () => {
    const active = (await activeAlerts(shop.cluster)).filter(({ labels }) => labels["namespace"] === namespace);
    quietSinceMs = active.length > 0 ? undefined : (quietSinceMs ?? Date.now());
    if (quietSinceMs !== undefined && Date.now() - quietSinceMs > 4_000) return true;
    return active.map(({ labels, state }) => `${labels["alertname"] ?? ""} ${state}`).join(", ");
  });
}

export async function workloadsIn(shop: Shop): Promise<readonly Workload[]> {
  const lists = await Promise.all(workloadKinds.map((kind) => shop.list(kind)));
  return lists.flat() as Workload[];
}

/** Undefined when every Service answers, and each backend answers whoever calls it. */
export async function unansweredIn(shop: Shop): Promise<string | undefined> {
  for (const service of services) {
    const { status, body } = await shop.ask(service);
    if (status < 200 || status >= 300) return `${service} answers ${status} ${body.slice(0, 100)}`;
    // podinfo answers 200 when its backend does not, and says so in its body.
    if (body.includes("call failed") || body.includes("response status code")) return `${service}: ${body.slice(0, 120)}`;
  }
  return undefined;
}

function appOf(namespace: string): JsonObject[] {
  return manifests.flatMap((name) =>
    parseAllDocuments(readFileSync(roomPath("manifests", `${name}.yaml`), "utf8")).map((document) => {
      const { metadata, spec, ...rest } = document.toJS() as JsonObject;
      const kept = isJsonObject(spec) && spec["clusterIP"] !== "None" ? without(spec, "clusterIP") : spec;
      return {
        ...rest,
        metadata: { ...(metadata as JsonObject), namespace },
        ...(kept === undefined ? {} : { spec: kept }),
      } satisfies JsonObject;
    }),
  );
}

function without(object: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}

/** The same object with the field at this place set; for `setting`. */
export function withField(object: JsonObject, path: readonly (string | number)[], value: Json): JsonObject {
  const copy = structuredClone(object) as Record<string, Json>;
  let at: Record<string, Json> = copy;
  for (const step of path.slice(0, -1)) at = at[step] as Record<string, Json>;
  at[path.at(-1) ?? ""] = value;
  return copy;
}

export function isNamed(object: JsonObject, kind: string, name: string): boolean {
  return object["kind"] === kind && isJsonObject(object["metadata"]) && object["metadata"]["name"] === name;
}

async function addressOf(hands: Hands, namespace: string, name: string): Promise<string | undefined> {
  const service = (await hands.read({ kind: "Service", namespace, name })) as Service | undefined;
  return service === undefined ? undefined : ((asJson(service)["spec"] as JsonObject)["clusterIP"] as string);
}

async function startTraffic(hands: Hands, namespace: string): Promise<ChildProcess> {
  const targets = await Promise.all(
    Object.entries(doors).map(async ([name, path]) => `${name}=http://${(await addressOf(hands, namespace, name)) ?? ""}:9898${path}`),
  );
  return spawn(process.execPath, [roomPath("traffic.ts"), "4", "1500", join("/dev", "null"), ...targets], { stdio: "ignore" });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}

async function ask(url: string): Promise<Answer> {
  const beganMs = performance.now();
  try {
    const response = await fetch(url, {
      method: "POST",
      body: "hi",
      headers: { connection: "close" },
      signal: AbortSignal.timeout(4_000),
    });
    return { status: response.status, body: await response.text(), tookMs: performance.now() - beganMs };
  } catch (error) {
    return { status: 0, body: error instanceof Error ? error.message : String(error), tookMs: performance.now() - beganMs };
  }
}
