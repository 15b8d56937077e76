/** StatefulSets, DaemonSets and ReplicaSets, as far as they are not Deployments. */
import { containerAt, workload } from "../manifest.ts";
import { add, create, drop, dry, json, merge, remove, replace, strategic } from "../probe.ts";
import type { Case } from "../probe.ts";

const image = `${containerAt}/image`;

export const workloadCases: readonly Case[] = [
  {
    name: "StatefulSet",
    objects: [workload("StatefulSet", "store")],
    probes: [
      json("replicas", replace("/spec/replicas", 2)),
      json("no replicas", replace("/spec/replicas", 0)),
      json("another image", replace(image, "registry.example/app:2")),
      dry(json("a third image", replace(image, "registry.example/app:3"))),
      json("the same image again", replace(image, "registry.example/app:2")),
      json("a partition", replace("/spec/updateStrategy/rollingUpdate/partition", 1)),
      json("OnDelete beside its partition", replace("/spec/updateStrategy/type", "OnDelete")),
      json("OnDelete", replace("/spec/updateStrategy", { type: "OnDelete" })),
      json("no update strategy", remove("/spec/updateStrategy")),
      json("minReadySeconds", add("/spec/minReadySeconds", 3)),
      json("what happens to claims", replace("/spec/persistentVolumeClaimRetentionPolicy", { whenScaled: "Delete" })),
      json("the first ordinal", add("/spec/ordinals", { start: 1 })),
      json("no revision history", replace("/spec/revisionHistoryLimit", 0)),
      json("another service", replace("/spec/serviceName", "other")),
      json("another pod management", replace("/spec/podManagementPolicy", "Parallel")),
      json("another selector", replace("/spec/selector/matchLabels", { app: "other" })),
      json(
        "a volume claim",
        add("/spec/volumeClaimTemplates", [
          { metadata: { name: "data" }, spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } },
        ]),
      ),
      json("a partition below zero", replace("/spec/updateStrategy/rollingUpdate/partition", -1)),
      json("an update strategy that there is not", replace("/spec/updateStrategy", { type: "Random" })),
      json("replicas below zero", replace("/spec/replicas", -1)),
      json("a policy for claims that there is not", replace("/spec/persistentVolumeClaimRetentionPolicy/whenScaled", "Burn")),
      json("an image left out", remove(image)),
      strategic("an image", { spec: { template: { spec: { containers: [{ name: "app", image: "registry.example/app:4" }] } } } }),
      merge("an annotation of the template", {
        spec: { template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": "now" } } } },
      }),
      create("without a service", workload("StatefulSet", "alone", { serviceName: null })),
      create(
        "with a claim",
        workload("StatefulSet", "claims", {
          volumeClaimTemplates: [
            { metadata: { name: "data" }, spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1024Mi" } } } },
          ],
        }),
      ),
      drop("as it is"),
    ],
  },
  {
    name: "DaemonSet",
    objects: [workload("DaemonSet", "agent")],
    probes: [
      json("another image", replace(image, "registry.example/app:2")),
      json("the same image again", replace(image, "registry.example/app:2")),
      dry(json("a third image", replace(image, "registry.example/app:3"))),
      json("a label", add("/metadata/labels", { tier: "node" })),
      json("minReadySeconds", add("/spec/minReadySeconds", 3)),
      json("two at once", replace("/spec/updateStrategy/rollingUpdate/maxUnavailable", 2)),
      json("in per cent", replace("/spec/updateStrategy/rollingUpdate/maxUnavailable", "10%")),
      json("surge instead", replace("/spec/updateStrategy/rollingUpdate", { maxSurge: 1, maxUnavailable: 0 })),
      json("surge and unavailable", replace("/spec/updateStrategy/rollingUpdate", { maxSurge: 1, maxUnavailable: 1 })),
      json("neither", replace("/spec/updateStrategy/rollingUpdate", { maxSurge: 0, maxUnavailable: 0 })),
      json("OnDelete", replace("/spec/updateStrategy", { type: "OnDelete" })),
      json("an update strategy that there is not", replace("/spec/updateStrategy", { type: "Random" })),
      json("a node selector", add("/spec/template/spec/nodeSelector", { disk: "ssd" })),
      json("another selector", replace("/spec/selector/matchLabels", { app: "other" })),
      json("replicas", add("/spec/replicas", 3)),
      json("a pod that is not started again", replace("/spec/template/spec/restartPolicy", "OnFailure")),
      json("annotations", add("/metadata/annotations/note", "one")),
      json("without annotations", remove("/metadata/annotations")),
      strategic("an image", { spec: { template: { spec: { containers: [{ name: "app", image: "registry.example/app:4" }] } } } }),
      dry(create("another one", workload("DaemonSet", "other"))),
      dry(drop("a dry run")),
      drop("as it is"),
    ],
  },
  {
    name: "ReplicaSet",
    objects: [workload("ReplicaSet", "set")],
    probes: [
      json("replicas", replace("/spec/replicas", 1)),
      json("an annotation", add("/metadata/annotations", { "deployment.kubernetes.io/revision": "2" })),
      json("another image", replace(image, "registry.example/app:2")),
      json("another selector", replace("/spec/selector/matchLabels", { app: "other" })),
      json("replicas below zero", replace("/spec/replicas", -1)),
      json("minReadySeconds below zero", add("/spec/minReadySeconds", -1)),
      merge("the annotation taken away", { metadata: { annotations: null } }),
    ],
  },
];
