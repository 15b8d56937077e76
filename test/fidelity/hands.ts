/**
 * Everybody but Stratus: who sets a case up, and the foreign hands. Requests go out as those people and controllers send them,
 * without our preconditions and marks. A refusal throws: then the case itself is wrong.
 */
import type { ApiAccess } from "../../src/cluster/request.ts";
import { collectionPath, listPath, objectPath, routeTo } from "../../src/cluster/route.ts";
import type { Result } from "../../src/failure.ts";
import { describeFailure } from "../../src/failure.ts";
import type { Json, JsonObject, PatchOperation } from "../../src/kubernetes/json.ts";
import { asJson, asObject, nameOf, refOf } from "../../src/kubernetes/object.ts";
import type { KubernetesObject, Node, ObjectRef, Pod, Workload } from "../../src/kubernetes/object.ts";
import { isWorkload } from "../../src/kubernetes/rollout.ts";
import { until as holds } from "../cluster/until.ts";
import { otherKinds } from "./kinds.ts";

export interface Hands {
  make(object: JsonObject): Promise<KubernetesObject>;
  read(ref: ObjectRef): Promise<KubernetesObject | undefined>;
  list(kind: string, namespace: string): Promise<readonly KubernetesObject[]>;
  /** As `kubectl edit` and `kubectl patch` do: no resourceVersion. */
  edit(ref: ObjectRef, operations: readonly PatchOperation[]): Promise<KubernetesObject>;
  /** The whole object, if nobody has changed it since it was read; false when somebody has. */
  replace(object: JsonObject): Promise<boolean>;
  /** As the controller of a HorizontalPodAutoscaler does: the scale subresource, read and written. */
  scale(ref: ObjectRef, replicas: number): Promise<void>;
  setStatus(ref: ObjectRef, status: Json): Promise<void>;
  /** Resolves when its controller has seen the object as it is now. */
  rest(ref: ObjectRef): Promise<void>;
  /** Resolves when the API serves the kind. */
  served(kind: string): Promise<void>;
  /** Resolves when one of the workload's pods cannot start. */
  stuck(ref: ObjectRef): Promise<void>;
  /** Resolves when it is gone. */
  remove(ref: ObjectRef): Promise<void>;
  /** Whether or not it is there, and without waiting for what it owns. */
  discard(ref: ObjectRef): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: Json;
}

const stuckReasons = ["ErrImagePull", "ImagePullBackOff"];

export function createHands(access: ApiAccess): Hands {
  async function call(method: string, path: string, body?: Json, contentType = "application/json"): Promise<Answer> {
    const response = await access.fetch(access.server + path, {
      method,
      headers: { accept: "application/json", "content-type": contentType, ...(await access.authorize(false)) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: JSON.parse(await response.text()) as Json };
  }

  async function read(ref: ObjectRef): Promise<KubernetesObject | undefined> {
    const answer = await call("GET", where(objectPath(ref, otherKinds)));
    return answer.status === 404 ? undefined : asObject(await done(`read ${nameOf(ref)}`, Promise.resolve(answer)));
  }

  /** What is not served yet is answered without JSON. */
  async function fetchStatus(path: string): Promise<number> {
    const response = await access.fetch(access.server + path, { headers: { ...(await access.authorize(false)) } });
    return response.status;
  }

  async function list(kind: string, namespace: string): Promise<readonly KubernetesObject[]> {
    const route = known(routeTo(kind, otherKinds));
    const listed = await done(`list ${kind}`, call("GET", listPath(route, namespace)));
    return (listed["items"] as readonly JsonObject[]).map((item) => asObject({ apiVersion: route.apiVersion, kind, ...item }));
  }

  return {
    read,
    list,
    async make(object) {
      const ref = refOf(asObject(object));
      const path = where(collectionPath(ref, otherKinds));
      return asObject(await done(`make ${nameOf(ref)}`, call("POST", `${path}?fieldManager=kubectl-create`, object)));
    },
    async edit(ref, operations) {
      const path = `${where(objectPath(ref, otherKinds))}?fieldManager=kubectl-edit`;
      return asObject(await done(`edit ${nameOf(ref)}`, call("PATCH", path, operations, "application/json-patch+json")));
    },
    async replace(object) {
      const ref = refOf(asObject(object));
      const answer = await call("PUT", `${where(objectPath(ref, otherKinds))}?fieldManager=argocd-controller`, object);
      if (answer.status === 409 || answer.status === 404) return false;
      await done(`replace ${nameOf(ref)}`, Promise.resolve(answer));
      return true;
    },
    async scale(ref, replicas) {
      const path = `${where(objectPath(ref, otherKinds))}/scale`;
      await until(`${nameOf(ref)} is scaled`, async () => {
        const scale = await done(`scale ${nameOf(ref)}`, call("GET", path));
        const sent = await call("PUT", `${path}?fieldManager=kube-controller-manager`, { ...scale, spec: { replicas } });
        if (sent.status !== 409) await done(`scale ${nameOf(ref)}`, Promise.resolve(sent));
        return sent.status !== 409;
      });
    },
    async setStatus(ref, status) {
      const path = `${where(objectPath(ref, otherKinds))}/status`;
      await done(`status of ${nameOf(ref)}`, call("PATCH", path, { status }, "application/merge-patch+json"));
    },
    async rest(ref) {
      await until(`${nameOf(ref)} is observed`, async () => {
        const object = await read(ref);
        if (object === undefined) return true;
        // The node's controllers put their annotation on it.
        if (ref.kind === "Node") return object.metadata.annotations !== undefined;
        const { status, metadata } = object as Workload;
        return !isWorkload(object) || (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
      });
    },
    async served(kind) {
      const path = listPath(known(routeTo(kind, otherKinds)), "default");
      await until(`${kind} is served`, async () => (await fetchStatus(path)) === 200);
    },
    async stuck({ namespace = "" }) {
      await until(`a pod of ${namespace} is stuck`, async () => {
        const pods = (await list("Pod", namespace)) as readonly Pod[];
        return pods.some((pod) => pod.status?.containerStatuses?.some(({ state }) => stuckReasons.includes(state?.waiting?.reason ?? "")));
      });
    },
    async discard(ref) {
      await call("DELETE", where(objectPath(ref, otherKinds)), { propagationPolicy: "Background" });
    },
    async remove(ref) {
      const path = where(objectPath(ref, otherKinds));
      const before = await read(ref);
      await done(`remove ${nameOf(ref)}`, call("DELETE", path, { propagationPolicy: "Background" }));
      await until(`${nameOf(ref)} is gone`, async () => (await read(ref))?.metadata.uid !== before?.metadata.uid);
    },
  };
}

/** As somebody would write it to a file: without what the server sets. */
export function manifestOf(object: KubernetesObject): JsonObject {
  const { status: _status, metadata, ...rest } = asJson(object);
  const { uid: _uid, resourceVersion: _version, creationTimestamp: _time, generation: _generation, ...kept } = metadata as JsonObject;
  const { managedFields: _managed, ...plain } = kept;
  return { ...rest, metadata: plain };
}

function where(path: Result<string>): string {
  return known(path);
}

function known<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(describeFailure(result.failure));
  return result.value;
}

/** As a kubelet would report it. Resolves when the node's controllers have put their taints in order. */
export async function readyNode(hands: Hands, made: JsonObject, { taints = [], unschedulable = false }: JsonObject): Promise<void> {
  const ref = refOf(asObject(made));
  const now = new Date().toISOString();
  const renewTime = now.replace("Z", "000Z");
  const lease = { holderIdentity: ref.name, leaseDurationSeconds: 40, renewTime };
  const metadata = { name: ref.name, namespace: "kube-node-lease" };
  await hands.make({ apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata, spec: lease });
  const ready = { type: "Ready", status: "True", reason: "KubeletReady", lastHeartbeatTime: now, lastTransitionTime: now };
  await hands.setStatus(ref, { conditions: [ready] });
  const wanted = (taints as readonly Json[]).length + (unschedulable === true ? 1 : 0);
  await until(`${ref.name} has the taints of a ready node`, async () => {
    const found = ((await hands.read(ref)) as Node | undefined)?.spec.taints ?? [];
    return found.length === wanted && found.every(({ key }) => key !== "node.kubernetes.io/not-ready");
  });
}

function until(what: string, held: () => Promise<boolean>): Promise<void> {
  // A Deployment that was made again may find the ReplicaSet of the old one still there: its controller then tries again after
  // pauses that double, up to more than a minute.
  return holds({ what, limitMs: 150_000, everyMs: 25 }, held);
}

async function done(what: string, answer: Promise<Answer>): Promise<JsonObject> {
  const { status, body } = await answer;
  if (status >= 200 && status <= 202) return body as JsonObject;
  throw new Error(`${what}: ${status} ${String((body as { readonly message?: string }).message)}`);
}
