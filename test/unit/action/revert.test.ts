import { expect, test } from "vitest";
import { whyNotRecorded } from "../../../src/action/revert.ts";
import type { JsonObject, PatchOperation } from "../../../src/kubernetes/json.ts";

const good: JsonObject = { spec: { replicas: 2, image: "shop:1" } };
const now: JsonObject = { spec: { replicas: 0, image: "shop:2", extra: true } };

test.each<readonly [string, readonly PatchOperation[], string | undefined]>([
  ["everything back", [{ op: "replace", path: "/spec", value: { replicas: 2, image: "shop:1" } }], undefined],
  ["one field back", [{ op: "replace", path: "/spec/image", value: "shop:1" }], undefined],
  ["a field taken away that was not there", [{ op: "remove", path: "/spec/extra" }], undefined],
  ["another value", [{ op: "replace", path: "/spec/image", value: "shop:3" }], "spec.image would not be as it was when all was well"],
  [
    "a good value together with one of somebody's own",
    [
      { op: "replace", path: "/spec/image", value: "shop:1" },
      { op: "add", path: "/spec/privileged", value: true },
    ],
    "spec.privileged would not be as it was when all was well",
  ],
  ["what is there already", [{ op: "replace", path: "/spec/replicas", value: 0 }], "it would put nothing back"],
  ["a place that is not there", [{ op: "remove", path: "/spec/nothing" }], "the object has changed since the plan was made"],
])("%s", (_name, operations, reason) => {
  expect(whyNotRecorded(now, operations, good)).toBe(reason);
});
