/** PURE. What rolls out: restarts, rollbacks, StatefulSets and DaemonSets, several writes on one object, evictions. */
import type { Action } from "../../src/action/action.ts";
import type { JsonObject } from "../../src/kubernetes/json.ts";
import { asObject, isReady, refOf } from "../../src/kubernetes/object.ts";
import type { Pod } from "../../src/kubernetes/object.ts";
import { edit, fidelityCase, labelled, patch, put, set, targetOf } from "./case.ts";
import type { FidelityCase, ForeignEdit, Place, Setting } from "./case.ts";
import type { Hands } from "./hands.ts";
import { configMap, container, daemonSet, deployment, named, noSuchImage, object, servingContainer, statefulSet } from "./manifests.ts";

const first = "/spec/template/spec/containers/0";
const app = "spec.template.spec.containers[name=app]";
const restartedAt = "kubectl.kubernetes.io/restartedAt";
const another = "test.local/relay:3";
const anotherImage = edit(`${app}.image`, put(`${first}/image`, another));

/** What another restart leaves, on a template without annotations. */
const restartedByOthers: ForeignEdit = edit(
  `spec.template.metadata.annotations.${restartedAt}`,
  put("/spec/template/metadata/annotations/kubectl.kubernetes.io~1restartedAt", "2030-01-01T00:00:00Z"),
  [set("/spec/template/metadata/annotations", { [restartedAt]: "2030-01-01T00:00:00Z" })],
);

const kinds = [
  { kind: "Deployment", make: deployment },
  { kind: "StatefulSet", make: statefulSet },
  { kind: "DaemonSet", make: daemonSet },
] as const;

/** A template in three revisions: the image, then a variable. */
async function threeRevisions(hands: Hands, made: JsonObject): Promise<void> {
  const ref = refOf(asObject(made));
  await hands.edit(ref, [put(`${first}/image`, "test.local/relay:2")]);
  await hands.rest(ref);
  await hands.edit(ref, [set(`${first}/env`, [{ name: "CACHE", value: "on" }])]);
}

const ofEachKind: readonly FidelityCase[] = kinds.flatMap(({ kind, make }) => [
  fidelityCase(
    `${kind}: a variable changed`,
    (place) => {
      const made = make(place, [servingContainer({ env: [{ name: "CACHE", value: "on" }] })]);
      return {
        objects: [made],
        actions: [patch(made, put(`${first}/env/0/value`, "off"))],
        same: edit(`${app}.env[name=CACHE].value`, put(`${first}/env/0/value`, "maybe")),
        other: edit(`${app}.env[name=OTHER]`, set(`${first}/env/-`, { name: "OTHER", value: "1" })),
      };
    },
    { pods: "roll out" },
  ),
  fidelityCase(
    `${kind}: an image that does not exist`,
    (place) => {
      const made = make(place, [servingContainer()]);
      return { objects: [made], actions: [patch(made, put(`${first}/image`, noSuchImage))], same: anotherImage };
    },
    { pods: "get stuck" },
  ),
  fidelityCase(
    `${kind}: restart`,
    (place) => {
      const made = make(place, [servingContainer()]);
      return { objects: [made], actions: [{ type: "restart", target: targetOf(made) }], same: restartedByOthers };
    },
    kind === "DaemonSet" ? {} : { pods: "roll out" },
  ),
  fidelityCase(`${kind}: rollback to the newest earlier template`, (place) => {
    const made = make(place);
    return {
      objects: [made],
      beforehand: (hands) => threeRevisions(hands, made),
      actions: [{ type: "rollback", target: targetOf(made), toRevision: 0 }],
      same: edit(`${app}.env[name=CACHE]`, set(`${first}/env`, [{ name: "CACHE", value: "maybe" }])),
    };
  }),
  fidelityCase(`${kind}: rollback to the first template`, (place) => {
    const made = make(place);
    return {
      objects: [made],
      beforehand: (hands) => threeRevisions(hands, made),
      actions: [{ type: "rollback", target: targetOf(made), toRevision: 1 }],
      same: anotherImage,
    };
  }),
]);

const scales: readonly FidelityCase[] = kinds.slice(0, 2).map(({ kind, make }) =>
  fidelityCase(
    `${kind}: scale`,
    (place) => {
      const made = make(place, [servingContainer()]);
      return {
        objects: [made],
        actions: [{ type: "scale", target: targetOf(made), replicas: 3 }],
        same: edit("spec.replicas", put("/spec/replicas", 4)),
      };
    },
    { pods: "roll out" },
  ),
);

const sets: readonly FidelityCase[] = [
  fidelityCase("StatefulSet: a partition in place of the default 0", (place) => {
    const made = statefulSet(place);
    return {
      objects: [made],
      actions: [patch(made, put("/spec/updateStrategy/rollingUpdate/partition", 1))],
      same: edit("spec.updateStrategy.rollingUpdate.partition", put("/spec/updateStrategy/rollingUpdate/partition", 2)),
    };
  }),
  fidelityCase(
    "StatefulSet: rollback while a pod is stuck, and eviction of that pod",
    (place) => {
      const made = statefulSet(place, [servingContainer()]);
      return {
        objects: [made],
        beforehand: async (hands) => {
          await hands.edit(refOf(asObject(made)), [put(`${first}/image`, noSuchImage)]);
          if (place.scheduled) await hands.stuck(refOf(asObject(made)));
        },
        actions: async (hands) => [
          { type: "rollback", target: targetOf(made), toRevision: 0 },
          ...(place.scheduled ? evictions(await hands.list("Pod", place.namespace), (pod) => !isReady(pod)) : []),
        ],
        same: anotherImage,
      };
    },
    { pods: "roll out" },
  ),
  fidelityCase("DaemonSet: a node selector where there was none", (place) => {
    const made = daemonSet(place, [container()]);
    return {
      objects: [made],
      actions: [patch(made, set("/spec/template/spec/nodeSelector", { disk: "ssd" }))],
      same: edit("spec.template.spec.nodeSelector.disk", put("/spec/template/spec/nodeSelector/disk", "hdd"), [
        set("/spec/template/spec/nodeSelector", { disk: "hdd" }),
      ]),
    };
  }),
];

function evictions(pods: readonly unknown[], which: (pod: Pod) => boolean): Action[] {
  return (pods as readonly Pod[]).filter(which).map((pod) => ({
    type: "evict",
    target: { kind: "Pod", namespace: pod.metadata.namespace ?? "", name: pod.metadata.name },
  }));
}

/** Of one pod of the workload: the pod is another one afterwards, and the workload is as it was. */
function evicted(place: Place, objects: readonly JsonObject[]): Setting {
  return {
    objects,
    actions: async (hands) => evictions(await hands.list("Pod", place.namespace), () => true).slice(0, 1),
    same: "an evicted pod is gone",
    other: "an evicted pod is gone",
    neverRemade: "an evicted pod is created again by its controller",
  };
}

const noSnapshot = "nothing but a pod is another one, and nobody puts pods back";

const evicts: readonly FidelityCase[] = [
  ...kinds.map(({ kind, make }) =>
    fidelityCase(`${kind}: eviction of a pod`, (place) => evicted(place, [make(place, [servingContainer()])]), {
      pods: "roll out",
      noSnapshot,
    }),
  ),
  fidelityCase(
    "Deployment: eviction where a LimitRange sets limits",
    (place) =>
      evicted(place, [
        object(place, "v1", "LimitRange", "limits", {
          // Without a request of its own a pod would ask for its whole limit, which a small node has not got twice.
          limits: [{ type: "Container", default: { cpu: "1000m" }, defaultRequest: { cpu: "10m" } }],
        }),
        deployment(place, [servingContainer()]),
      ]),
    { pods: "roll out", noSnapshot },
  ),
];

const several: readonly FidelityCase[] = [
  fidelityCase("Deployment: replicas, image and variable, one after the other", (place) => {
    const made = deployment(place);
    return {
      objects: [made],
      actions: [
        { type: "scale", target: targetOf(made), replicas: 4 },
        patch(made, put(`${first}/image`, "test.local/relay:2")),
        patch(made, set(`${first}/env`, [{ name: "CACHE", value: "off" }])),
      ],
      same: anotherImage,
    };
  }),
  fidelityCase("Deployment: the same image twice changed", (place) => {
    const made = deployment(place);
    return {
      objects: [made],
      actions: [patch(made, put(`${first}/image`, "test.local/relay:2")), patch(made, put(`${first}/image`, noSuchImage))],
      same: anotherImage,
    };
  }),
  fidelityCase("Deployment: a variable added, then changed, then gone again", (place) => {
    const made = deployment(place);
    return {
      objects: [made],
      actions: [
        patch(made, set(`${first}/env`, [{ name: "CACHE", value: "off" }])),
        patch(made, put(`${first}/env/0/value`, "maybe")),
        patch(made, set(`${first}/env/-`, { name: "TRACE", value: "1" })),
      ],
      same: edit(`${app}.env[name=CACHE]`, put(`${first}/env/0/value`, "ever"), [set(`${first}/env`, [{ name: "CACHE", value: "ever" }])]),
    };
  }),
  fidelityCase("Deployment: a variable, a restart, a variable", (place) => {
    const made = deployment(place);
    return {
      objects: [made],
      actions: [
        patch(made, set(`${first}/env`, [{ name: "CACHE", value: "off" }])),
        { type: "restart", target: targetOf(made) },
        patch(made, put(`${first}/env/0/value`, "maybe")),
      ],
      same: edit(`${app}.env[name=CACHE]`, put(`${first}/env/0/value`, "ever"), [set(`${first}/env`, [{ name: "CACHE", value: "ever" }])]),
    };
  }),
  fidelityCase(
    "ConfigMap and Deployment: a setting, then a restart to pick it up",
    (place) => {
      const settings = configMap(place, { DELAY_MS: "0" });
      const made = deployment(place, [servingContainer({ envFrom: [{ configMapRef: { name: "settings" } }] })]);
      return {
        objects: [settings, made],
        actions: [patch(settings, put("/data/DELAY_MS", "1")), { type: "restart", target: targetOf(made) }],
        same: edit("data.DELAY_MS", put("/data/DELAY_MS", "2")),
      };
    },
    { pods: "roll out" },
  ),
  fidelityCase("ConfigMap and Deployment: settings made, then mounted", (place) => {
    const made = deployment(place);
    const settings = { apiVersion: "v1", kind: "ConfigMap", metadata: named(place, "extra"), data: { MODE: "new" } };
    return {
      objects: [made],
      actions: [
        patch(
          made,
          set("/spec/template/spec/volumes", [{ name: "extra", configMap: { name: "extra", optional: true } }]),
          set(`${first}/volumeMounts`, [{ name: "extra", mountPath: "/etc/extra" }]),
        ),
        { type: "create", target: targetOf(settings), manifest: settings },
      ],
      same: anotherImage,
      other: labelled,
    };
  }),
];

export const rolloutCases: readonly FidelityCase[] = [...ofEachKind, ...scales, ...sets, ...evicts, ...several];
