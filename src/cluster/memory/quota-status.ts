/** The quota controller: what a namespace uses of each of its ResourceQuotas. Source: `pkg/controller/resourcequota`. */
import type { JsonObject } from "../../kubernetes/json.ts";
import { isJsonObject } from "../../kubernetes/json.ts";
import { asJson } from "../../kubernetes/object.ts";
import { quantityText } from "./api-server/quantity.ts";
import { covers, usageOf } from "./api-server/quota.ts";
import type { World } from "./world.ts";

export function reconcileQuotas(world: World): void {
  for (const quota of world.store.list("ResourceQuota")) {
    const spec = asJson(quota)["spec"];
    const hard = isJsonObject(spec) && isJsonObject(spec["hard"]) ? spec["hard"] : {};
    const objects = world.store
      .all()
      .map(asJson)
      .filter((object) => isIn(object, quota.metadata.namespace) && covers(asJson(quota), object));
    const usages = objects.map((object) => usageOf(object, world.api.custom));
    const used = Object.fromEntries(
      Object.keys(hard).map((name) => [name, quantityText(usages.reduce((sum, usage) => sum + (usage.get(name) ?? 0n), 0n))]),
    );
    const status: JsonObject = Object.keys(hard).length === 0 ? {} : { hard, used };
    world.store.replace(quota, { ...asJson(quota), status });
  }
}

function isIn(object: JsonObject, namespace: string | undefined): boolean {
  return isJsonObject(object["metadata"]) && object["metadata"]["namespace"] === namespace;
}
