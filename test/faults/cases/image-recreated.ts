import type { JsonObject } from "../../../src/kubernetes/json.ts";
import { isAt } from "../expect.ts";
import type { Fault } from "../fault.ts";
import { withField } from "../shop.ts";

const image = ["spec", "template", "spec", "containers", 0, "image"] as const;

/** Deleted, and made again by `kubectl create`: no ReplicaSet, no last-applied configuration, nothing of the cluster's knows it. */
export const imageRecreated: Fault = {
  id: "image-recreated",
  alerts: ["KubeServiceNoEndpoints", "KubeContainerWaiting", "KubeDeploymentReplicasMismatch"],
  components: [{ kind: "Deployment", name: "catalog" }],
  causes: ["image-cannot-be-pulled"],
  field: /image/,
  needsRecord: true,
  async inject(shop) {
    const { metadata, spec } = (await shop.read("Deployment", "catalog")) ?? {};
    const { name, namespace, labels } = metadata as JsonObject;
    await shop.kubectl("delete", "deployment", "catalog");
    const remade = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace, labels }, spec } as JsonObject;
    await shop.hands.make(withField(remade, image, "test.local/podinfo:no-such-tag"));
  },
  repaired: (shop) => isAt(shop, "Deployment", "catalog", `/${image.join("/")}`, "test.local/podinfo:6"),
  stays: { paths: /^Deployment catalog: metadata\.annotations/, because: "the injection made it without its last-applied configuration" },
};
