import { describe, expect, test } from "vitest";
import { actionSchema } from "../../../src/action/action.ts";
import { asKubectl, inverseOf, mayTouch, needsOf, transientBudgetOf } from "../../../src/action/catalogue.ts";
import { compiled, database, object, refusal, web } from "./objects.ts";

const auto = { kind: "HorizontalPodAutoscaler", namespace: "shop", name: "auto" } as const;
const action = { type: "hpa-limits", target: auto } as const;
const autoscaler = (spec: object) => object(auto, { spec: { scaleTargetRef: { kind: "StatefulSet", name: "db" }, ...spec } });
const twoToFive = autoscaler({ minReplicas: 2, maxReplicas: 5 });

describe("hpa-limits", () => {
  test("moves the bound that is named, or both", () => {
    expect(compiled({ ...action, maxReplicas: 8 }, twoToFive)).toEqual([{ op: "add", path: "/spec/maxReplicas", value: 8 }]);
    expect(compiled({ ...action, minReplicas: 3, maxReplicas: 8 }, twoToFive)).toEqual([
      { op: "add", path: "/spec/minReplicas", value: 3 },
      { op: "add", path: "/spec/maxReplicas", value: 8 },
    ]);
    expect(compiled({ ...action, minReplicas: 2, maxReplicas: 8 }, twoToFive)).toEqual([
      { op: "add", path: "/spec/maxReplicas", value: 8 },
    ]);
    expect(refusal({ ...action, minReplicas: 3, maxReplicas: 8 }, twoToFive)).toBe(undefined);
  });

  test("sets a least where there was none", () => {
    expect(compiled({ ...action, minReplicas: 2 }, autoscaler({ maxReplicas: 5 }))).toEqual([
      { op: "add", path: "/spec/minReplicas", value: 2 },
    ]);
  });

  test("is refused when nothing would change", () => {
    const told = "HorizontalPodAutoscaler shop/auto has these limits already";
    expect(compiled({ ...action, minReplicas: 2, maxReplicas: 5 }, twoToFive)).toBe(told);
    expect(compiled(action, twoToFive)).toBe(told);
  });

  test("is refused when the least would be above the most", () => {
    expect(compiled({ ...action, minReplicas: 6 }, twoToFive)).toBe(
      "HorizontalPodAutoscaler shop/auto would have a least of 6 replicas and a most of 5",
    );
    expect(compiled({ ...action, maxReplicas: 1 }, twoToFive)).toBe(
      "HorizontalPodAutoscaler shop/auto would have a least of 2 replicas and a most of 1",
    );
  });

  test("is refused downwards where volumes would be deleted with the pods that go", () => {
    const set = object(database, { spec: { replicas: 5, persistentVolumeClaimRetentionPolicy: { whenScaled: "Delete" } } });
    expect(compiled({ ...action, maxReplicas: 3 }, twoToFive, [set])).toBe(
      "the volumes of the pods that go would be deleted: that is what the persistentVolumeClaimRetentionPolicy of StatefulSet shop/db says",
    );
    expect(compiled({ ...action, maxReplicas: 8 }, twoToFive, [set])).toEqual([{ op: "add", path: "/spec/maxReplicas", value: 8 }]);
    const another = { ...set, metadata: { ...set.metadata, name: "other" } };
    expect(compiled({ ...action, maxReplicas: 3 }, twoToFive, [another])).toEqual([{ op: "add", path: "/spec/maxReplicas", value: 3 }]);
  });

  test("is for autoscalers alone", () => {
    expect(compiled({ ...action, target: web, maxReplicas: 3 }, object(web))).toBe(
      "Deployment shop/web: a Deployment has no limits of replicas",
    );
  });

  test("says what it needs, touches, costs and how a person would type it", () => {
    const both = { ...action, minReplicas: 3, maxReplicas: 8 };
    expect(needsOf(action)).toEqual(["StatefulSet"]);
    expect(mayTouch(action)).toEqual(["/spec/minReplicas", "/spec/maxReplicas"]);
    expect(inverseOf(action)).toBe("restore");
    expect(transientBudgetOf(both, 1)).toBe(11);
    expect(asKubectl(both)).toBe(
      `kubectl -n shop patch horizontalpodautoscaler/auto --type=json -p '[{"op":"add","path":"/spec/minReplicas","value":3},{"op":"add","path":"/spec/maxReplicas","value":8}]'`,
    );
  });

  test.each([{ minReplicas: 0 }, { maxReplicas: 0 }, { maxReplicas: 1001 }, { minReplicas: 1.5 }])("the schema refuses %j", (limits) => {
    expect(actionSchema.safeParse({ ...action, ...limits }).success).toBe(false);
  });
});
