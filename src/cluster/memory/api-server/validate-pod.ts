/**
 * PURE. The API server's rules for pods and pod templates. Security contexts, and the sources of volumes beyond their names,
 * are not looked into. Source: Kubernetes `pkg/apis/core/validation/validation.go`.
 */
import { jsonEqual } from "../../../kubernetes/json.ts";
import type { Json, JsonObject } from "../../../kubernetes/json.ts";
import { broken, duplicate, forbidden, invalid, listOf, mapOf, numberOf, objectsIn, oneOf, required, textOf } from "./fault.ts";
import type { Faults } from "./fault.ts";
import { labelFaults, subdomainFaults } from "./names.ts";
import { containersFaults } from "./validate-container.ts";
import { annotationsFaults, labelsFaults } from "./validate-metadata.ts";
import { placementFaults, tolerationFaults } from "./validate-placement.ts";

const restartPolicies: readonly string[] = ["Always", "OnFailure", "Never"];
const dnsPolicies: readonly string[] = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];

export function podTemplateFaults(template: Json | undefined, path: string): Faults {
  const { metadata, spec } = mapOf(template);
  const { labels, annotations } = mapOf(metadata);
  return [
    ...labelsFaults(labels, `${path}.labels`),
    ...annotationsFaults(annotations, `${path}.annotations`),
    ...podSpecFaults(mapOf(spec), `${path}.spec`),
    ...(listOf(mapOf(spec)["ephemeralContainers"]).length === 0
      ? []
      : [forbidden(`${path}.spec.ephemeralContainers`, "ephemeral containers not allowed in pod template")]),
  ];
}

export function podSpecFaults(spec: JsonObject, path: string): Faults {
  const volumes = volumesIn(spec["volumes"], `${path}.volumes`);
  const account = textOf(spec["serviceAccountName"]);
  const deadline = spec["activeDeadlineSeconds"];
  const containers = listOf(spec["containers"]);
  return [
    ...volumes.faults,
    ...(containers.length === 0 ? [required(`${path}.containers`)] : containersFaults(containers, `${path}.containers`, volumes.names)),
    ...containersFaults(spec["initContainers"], `${path}.initContainers`, volumes.names),
    ...oneOf(`${path}.restartPolicy`, spec["restartPolicy"], restartPolicies),
    ...oneOf(`${path}.dnsPolicy`, spec["dnsPolicy"], dnsPolicies),
    ...labelsFaults(spec["nodeSelector"], `${path}.nodeSelector`),
    ...placementFaults(spec, path),
    ...(account === "" ? [] : broken(`${path}.serviceAccountName`, account, subdomainFaults(account))),
    ...(deadline !== undefined && numberOf(deadline) < 1
      ? [invalid(`${path}.activeDeadlineSeconds`, deadline, "must be between 1 and 2147483647, inclusive")]
      : []),
    ...objectsIn(spec["tolerations"]).flatMap((toleration, index) => tolerationFaults(toleration, `${path}.tolerations[${index}]`)),
  ];
}

/** In the order in which the server looks for a second one. */
const volumeSources: readonly string[] = [
  "emptyDir",
  "hostPath",
  "secret",
  "nfs",
  "persistentVolumeClaim",
  "downwardAPI",
  "configMap",
  "projected",
  "csi",
  "ephemeral",
];
/** What a source of a volume must name. */
const volumeNames: Readonly<Record<string, string>> = {
  configMap: "name",
  secret: "secretName",
  persistentVolumeClaim: "claimName",
  hostPath: "path",
};

/** A volume with a mistake in it is none that could be mounted. */
function volumesIn(list: Json | undefined, path: string): { readonly names: ReadonlySet<string>; readonly faults: Faults } {
  const names = new Set<string>();
  const faults = objectsIn(list).flatMap((volume, index) => {
    const at = `${path}[${index}]`;
    const name = textOf(volume["name"]);
    const [first, ...others] = volumeSources.filter((source) => volume[source] !== undefined);
    const needed = first === undefined ? undefined : volumeNames[first];
    const found = [
      ...(first !== undefined && needed !== undefined && textOf(mapOf(volume[first])[needed]) === ""
        ? [required(`${at}.${first}.${needed}`)]
        : []),
      ...others.map((source) => forbidden(`${at}.${source}`, "may not specify more than 1 volume type")),
      ...(name === "" ? [required(`${at}.name`)] : broken(`${at}.name`, name, labelFaults(name))),
      ...(names.has(name) ? [duplicate(`${at}.name`, name)] : []),
    ];
    if (found.length === 0) names.add(name);
    return found;
  });
  return { names, faults };
}

const updatable =
  "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

/** A pod that exists may hardly be changed. */
export function podChangeFaults(spec: JsonObject, before: JsonObject): Faults {
  const [deadline, had] = [spec["activeDeadlineSeconds"], before["activeDeadlineSeconds"]];
  const lost = objectsIn(before["tolerations"]).some(
    (toleration) => !objectsIn(spec["tolerations"]).some((one) => tolerates(one, toleration)),
  );
  if (deadline !== undefined && had !== undefined && numberOf(deadline) > numberOf(had))
    return [invalid("spec.activeDeadlineSeconds", deadline, "must be less than or equal to previous value")];
  return [
    ...(deadline === undefined && had !== undefined
      ? [invalid("spec.activeDeadlineSeconds", null, "must not update from a positive integer to nil value")]
      : []),
    ...(lost ? [forbidden("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds")] : []),
    ...(jsonEqual(fixed(spec), fixed(before)) ? [] : [forbidden("spec", updatable)]),
  ];
}

function tolerates(one: JsonObject, other: JsonObject): boolean {
  const { tolerationSeconds: _time, ...left } = one;
  const { tolerationSeconds: _old, ...right } = other;
  return jsonEqual(left, right);
}

/** A pod's spec without the fields that may change. */
function fixed(spec: JsonObject): JsonObject {
  const { activeDeadlineSeconds: _deadline, tolerations: _tolerations, containers, initContainers, ...rest } = spec;
  return { ...rest, containers: withoutImages(containers), initContainers: withoutImages(initContainers) };
}

function withoutImages(containers: Json | undefined): readonly JsonObject[] {
  return objectsIn(containers).map((container) => ({ ...container, image: "" }));
}
