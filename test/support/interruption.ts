/** Ways in which a cluster's answers go wrong, as interceptors of the in-memory cluster. Each can be taken away again. */
import type { ClusterRequest, Interruption } from "../../src/cluster/memory/port.ts";
import type { World } from "../../src/demo/world.ts";
import type { Failure } from "../../src/failure.ts";

export type Patch = Extract<ClusterRequest, { verb: "patch" }>;
/** Patch, create, delete or evict. */
export type Sent = Extract<ClusterRequest, { dryRun: boolean }>;

export const noAnswer: Failure = { kind: "unavailable", effect: "unknown", reason: "the API server did not answer in time" };
export const unreachable: Failure = { kind: "unavailable", effect: "none", reason: "the API server refuses connections" };
export const staleVersion: Failure = {
  kind: "conflict",
  reason: "the object has been modified; please apply your changes to the latest version",
};
export const invalid: Failure = { kind: "refused", reason: 'admission webhook "guard.example" denied the request' };
export const forbidden: Failure = { kind: "refused", reason: 'User "stratus" cannot patch resource "services"' };

/** The write with this number, counted from 1 and without dry runs, meets this; `seen` counts on. */
export function atWrite(
  world: World,
  number: number,
  what: Interruption,
): { readonly seen: () => number; readonly caught: () => Sent | undefined } {
  let seen = 0;
  let caught: Sent | undefined;
  world.cluster.intercept((request) => {
    if (!("dryRun" in request) || request.dryRun) return undefined;
    seen += 1;
    if (seen !== number) return undefined;
    caught = request;
    return what;
  });
  return { seen: () => seen, caught: () => caught };
}

/** Every request of the kind fails from now on, until the answer is called. */
export function failing(world: World, failure: Failure, concerns: (request: ClusterRequest) => boolean = () => true): () => void {
  return world.cluster.intercept((request) => (concerns(request) ? { when: "before", failure } : undefined));
}

/** The mark that the patch puts on its object: `<incident>/<attempt>/<sequence>`, with `/undo` or `/void` behind; undefined when it takes marks off. */
export function markOf(patch: Patch): string | undefined {
  const found = patch.operations.find((operation) => operation.path.endsWith("stratus.dev~1write"));
  return found !== undefined && "value" in found && typeof found.value === "string" ? found.value : undefined;
}
