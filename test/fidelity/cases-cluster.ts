/** PURE. What belongs to no namespace, and objects that admission rewrites. */
import type { Action } from "../../src/action/action.ts";
import type { Json, JsonObject, PatchOperation } from "../../src/kubernetes/json.ts";
import { admissionLabel, imagesAnnotation } from "./admission.ts";
import { drop, edit, fidelityCase, labelled, patch, put, set, targetOf } from "./case.ts";
import type { FidelityCase, ForeignEdit, Place } from "./case.ts";
import { readyNode } from "./hands.ts";
import { configMap, container, deployment, node } from "./manifests.ts";

const spot: Json = { key: "spot", value: "true", effect: "NoSchedule" };
const gpu: Json = { key: "gpu", value: "yes", effect: "NoExecute" };
const gpuToo: Json = { key: "gpu", value: "yes", effect: "PreferNoSchedule" };

/** A node without a kubelet: its object, and every controller that looks after nodes, are real. */
function onNode(name: string, spec: JsonObject, action: (target: ReturnType<typeof targetOf>) => Action, same: ForeignEdit): FidelityCase {
  return fidelityCase(`Node: ${name}`, (place) => {
    const made = node(place, spec);
    return {
      objects: [made],
      beforehand: (hands) => readyNode(hands, made, spec),
      actions: [action(targetOf(made))],
      same,
      other: labelled,
    };
  });
}

const setBack = (operation: PatchOperation): ForeignEdit => edit("has been set back by somebody else already", operation, []);

const nodes: readonly FidelityCase[] = [
  onNode("cordon", {}, (target) => ({ type: "cordon", target }), setBack(drop("/spec/unschedulable"))),
  onNode("uncordon", { unschedulable: true }, (target) => ({ type: "uncordon", target }), setBack(set("/spec/unschedulable", true))),
  onNode(
    "one taint of two",
    { taints: [spot, gpu] },
    (target) => ({ type: "untaint", target, key: "spot" }),
    edit("spec.taints[key=spot,effect=NoSchedule]", set("/spec/taints/-", { key: "spot", value: "false", effect: "NoSchedule" }), [
      put("/spec/taints", [gpu, { key: "spot", value: "false", effect: "NoSchedule" }]),
    ]),
  ),
  onNode(
    "the only taint",
    { taints: [spot] },
    (target) => ({ type: "untaint", target, key: "spot", effect: "NoSchedule" }),
    edit("spec.taints[key=spot,effect=NoSchedule]", set("/spec/taints", [{ key: "spot", value: "false", effect: "NoSchedule" }])),
  ),
  onNode(
    "every taint of one key",
    { taints: [gpu, spot, gpuToo] },
    (target) => ({ type: "untaint", target, key: "gpu" }),
    edit("spec.taints[key=gpu,effect=NoExecute]", set("/spec/taints/-", { key: "gpu", value: "no", effect: "NoExecute" }), [
      put("/spec/taints", [spot, { key: "gpu", value: "no", effect: "NoExecute" }, gpuToo]),
    ]),
  ),
];

const webhooks = fidelityCase("ValidatingWebhookConfiguration: what happens when the webhook is down", (place: Place) => {
  const made: JsonObject = {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: `${place.namespace}-checks`, labels: { fidelity: "yes" } },
    webhooks: [
      {
        name: "checks.fidelity.test",
        clientConfig: { url: "https://127.0.0.1:1/" },
        rules: [{ apiGroups: ["nothing.test"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["things"] }],
        sideEffects: "None",
        admissionReviewVersions: ["v1"],
      },
    ],
  };
  return {
    objects: [made],
    actions: [patch(made, put("/webhooks/0/failurePolicy", "Ignore"), put("/webhooks/0/timeoutSeconds", 2))],
    same: edit("webhooks[name=checks.fidelity.test].timeoutSeconds", put("/webhooks/0/timeoutSeconds", 3), [
      put("/webhooks/0/timeoutSeconds", 3),
    ]),
  };
});

const labels = { [admissionLabel]: "on" };
const first = "/spec/template/spec/containers/0";
const images = `/spec/template/metadata/annotations/${imagesAnnotation.replace("/", "~1")}`;
/** Admission rewrites the annotation for everybody. */
const anotherImage = edit("spec.template.spec.containers[name=app].image", put(`${first}/image`, "test.local/relay:3"), [
  put(`${first}/image`, "test.local/relay:3"),
  put(images, "test.local/relay:3"),
]);

/** The webhook is that of admission.ts. */
const admitted: readonly FidelityCase[] = [
  fidelityCase("admission: a variable is put beside a canary image, another one each time", (place) => {
    const made = deployment(place);
    return { objects: [made], labels, actions: [patch(made, put(`${first}/image`, "test.local/relay:canary"))], same: anotherImage };
  }),
  fidelityCase("admission: an annotation of the pods follows their image", (place) => {
    const made = deployment(place, [container({ env: [{ name: "CACHE", value: "on" }] })]);
    return {
      objects: [made],
      labels,
      actions: [patch(made, put(`${first}/env/0/value`, "off")), patch(made, put(`${first}/image`, "test.local/relay:2"))],
      same: anotherImage,
    };
  }),
  fidelityCase("admission: a setting brings another one along", (place) => {
    const made = configMap(place, { MODE: "plain" });
    return {
      objects: [made],
      labels,
      actions: [patch(made, put("/data/MODE", "debug"))],
      same: edit("data.MODE", put("/data/MODE", "silent")),
    };
  }),
];

export const clusterCases: readonly FidelityCase[] = [...nodes, webhooks, ...admitted];
