/**
 * PURE. A pod waits for its claim, and the claim for a volume: of a StorageClass that does not exist, or that no volume has
 * (kubernetes.io, Persistent Volumes). The class of a claim cannot be changed, and to make it anew is to throw data away when
 * one is wrong about it: a diagnosis, and what a person should do.
 */
import { valueAt } from "../kubernetes/json.ts";
import type { Json } from "../kubernetes/json.ts";
import type { KubernetesObject, Pod } from "../kubernetes/object.ts";
import { asJson, nameOf, refOf } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis } from "./cause.ts";
import { namedPods } from "./failing.ts";
import { isLive } from "./owner.ts";
import { listed, quoted } from "./wording.ts";

export const storageClaimPending: Cause = {
  name: "storage-claim-pending",
  diagnose: (evidence) =>
    (evidence.listed.PersistentVolumeClaim ?? [])
      .filter((claim) => textAt(claim, "/status/phase") === "Pending")
      .flatMap((claim) => {
        const waiting = evidence.pods.filter((pod) => isLive(pod) && pod.status?.phase === "Pending" && uses(pod, claim));
        return waiting.length === 0 ? [] : [hypothesis(claim, waiting, evidence)];
      }),
};

function uses(pod: Pod, claim: KubernetesObject): boolean {
  return (pod.spec.volumes ?? []).some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === claim.metadata.name);
}

function textAt(object: KubernetesObject, path: string): string | undefined {
  const found: Json | undefined = valueAt(asJson(object), path);
  return typeof found === "string" ? found : undefined;
}

function hypothesis(claim: KubernetesObject, waiting: readonly Pod[], evidence: Evidence): Hypothesis {
  const name = nameOf(refOf(claim));
  const className = textAt(claim, "/spec/storageClassName");
  const { StorageClass: classes, PersistentVolume: volumes } = evidence.listed;
  const missing =
    className !== undefined && className !== "" && classes !== undefined && !classes.some(({ metadata }) => metadata.name === className);
  const free = (volumes ?? []).filter((volume) => textAt(volume, "/status/phase") === "Available");
  const seen = [`${namedPods(waiting)} waited for ${name}, which is not bound.`];
  if (missing)
    seen.push(
      `${name} asks for StorageClass ${quoted(className, 80)}, which does not exist; there ${there(classes.map(({ metadata }) => metadata.name))}.`,
    );
  if (free.length > 0)
    seen.push(
      `Volumes that are free: ${listed(free.map((volume) => `${volume.metadata.name} of class ${quoted(textAt(volume, "/spec/storageClassName") ?? "none", 80)}`))}.`,
    );
  return {
    cause: storageClaimPending.name,
    component: refOf(claim),
    confidence: missing ? 0.9 : 0.6,
    evidence: [
      ...seen,
      "The class of a claim cannot be changed: a person has to make the claim anew, after looking whether anything is kept in it.",
    ],
    remedies: [],
  };
}

function there(names: readonly string[]): string {
  if (names.length === 0) return "is none";
  return `${names.length === 1 ? "is" : "are"} ${listed(names.map((name) => quoted(name, 80)))}`;
}
