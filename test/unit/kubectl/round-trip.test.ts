/** What an action prints for a person, the grammar reads back as the same action. */
import { describe, expect, test } from "vitest";
import type { Action, Target } from "../../../src/action/action.ts";
import { actionSchema } from "../../../src/action/action.ts";
import { asKubectl } from "../../../src/action/catalogue.ts";
import { jsonEqual } from "../../../src/kubernetes/json.ts";
import type { Json, JsonObject } from "../../../src/kubernetes/json.ts";
import { parseKubectl } from "../../../src/kubectl/kubectl.ts";
import { createDice } from "../../support/dice.ts";
import type { Dice } from "../../support/dice.ts";

const texts = [
  "a",
  "",
  "it's",
  '"quoted"',
  "$HOME `id`",
  "back\\slash \\n",
  "two\nlines\n",
  "é漢🙂",
  "; rm -rf /",
  "a=b,c=d",
  "--force",
  "'",
  "<<EOF",
  "\t",
  "#",
  "~",
];
const keys = ["a", "B_c", "example.com/x", "m~n", "constructor", "$", "'", "__proto__", "d e"];
const names = ["web", "a", "web-1.b", "kube-root-ca.crt", "x".repeat(253)];

function value(dice: Dice, depth = 0): Json {
  switch (dice.roll(depth > 2 ? 5 : 7)) {
    case 0:
      return dice.roll(1000) - 500;
    case 1:
      return dice.once(2);
    case 2:
      return null;
    case 3:
      return 0.25;
    case 4:
      return dice.pick(texts);
    case 5:
      return Array.from({ length: dice.roll(3) }, () => value(dice, depth + 1));
    default:
      return map(dice, depth);
  }
}

function map(dice: Dice, depth = 0): JsonObject {
  return Object.fromEntries(Array.from({ length: dice.roll(4) }, () => [dice.pick(keys), value(dice, depth + 1)]));
}

const target = (dice: Dice, ...kinds: readonly string[]): Target => ({
  kind: dice.pick(kinds),
  namespace: dice.pick(["shop", "a-b"]),
  name: dice.pick(names),
});
const node = (dice: Dice): Target => ({ kind: "Node", name: dice.pick(names) });
const some = <T>(dice: Dice, from: readonly T[], most: number): T[] => [
  ...new Set(Array.from({ length: 1 + dice.roll(most) }, () => dice.pick(from))),
];
const variables = ["A", "my.env-name", "_b", "LONG_NAME_1"];
const quantities = ["1", "500m", "0.5", "1Gi", "1e3", "+2"];
const resources = ["cpu", "memory", "nvidia.com/gpu", "hugepages-2Mi"];
const ofSome = <T>(dice: Dice, from: readonly string[], make: () => T): Record<string, T> =>
  Object.fromEntries(some(dice, from, 3).map((key) => [key, make()]));

function manifest({ kind, name }: Target, apiVersion: string, body: JsonObject): JsonObject {
  return { apiVersion, kind, metadata: { name, labels: { "example.com/x": "it's" } }, ...body };
}

function configMap(dice: Dice): { target: Target; manifest: JsonObject } {
  const of = target(dice, "ConfigMap");
  return { target: of, manifest: manifest(of, "v1", { data: ofSome(dice, ["a", "b.txt", "__proto__"], () => dice.pick(texts)) }) };
}

/** By type, so that the compiler misses none that the grammar has a form for. `revert` prints as a patch, which it is when read back. */
const anAction: { readonly [T in Exclude<Action["type"], "revert">]: (dice: Dice) => Extract<Action, { type: T }> } = {
  scale: (dice) => ({ type: "scale", target: target(dice, "Deployment", "StatefulSet"), replicas: dice.roll(1001) }),
  patch: (dice) => ({
    type: "patch",
    target: target(dice, "Deployment", "Service", "ConfigMap", "Ingress", "PodDisruptionBudget"),
    operations: Array.from({ length: 1 + dice.roll(4) }, () => {
      const path = dice.pick(["/spec/a~1b", "/data/a", "/", "//", "/x/0/-"]);
      return dice.once(3) ? { op: "remove", path } : { op: dice.pick(["add", "replace"] as const), path, value: value(dice) };
    }),
  }),
  merge: (dice) => ({
    type: "merge",
    target: target(dice, "Deployment", "Service", "NetworkPolicy"),
    strategy: dice.pick(["merge", "strategic"]),
    patch: map(dice),
  }),
  apply: (dice) => ({ type: "apply", ...configMap(dice) }),
  "set-image": (dice) => ({
    type: "set-image",
    target: target(dice, "Deployment", "DaemonSet"),
    images: dice.once(4)
      ? { "*": "a:1" }
      : ofSome(dice, ["app", "side-car", "c"], () => dice.pick(["a:1", "r.io:5000/b@sha256:ff", "it's"])),
  }),
  "set-env": (dice) => ({
    type: "set-env",
    target: target(dice, "Deployment", "StatefulSet"),
    container: dice.pick(["*", "app"]),
    set: ofSome(dice, variables, () => dice.pick(texts)),
    unset: dice.once(2) ? ["GONE"] : [],
  }),
  "set-resources": (dice) => ({
    type: "set-resources",
    target: target(dice, "Deployment"),
    container: dice.pick(["*", "app"]),
    limits: ofSome(dice, resources, () => dice.pick(quantities)),
    requests: dice.once(2) ? {} : ofSome(dice, resources, () => dice.pick(quantities)),
  }),
  rollback: (dice) => ({ type: "rollback", target: target(dice, "Deployment", "StatefulSet", "DaemonSet"), toRevision: dice.roll(3) * 7 }),
  restart: (dice) => ({ type: "restart", target: target(dice, "Deployment", "StatefulSet", "DaemonSet") }),
  evict: (dice) => ({ type: "evict", target: target(dice, "Pod") }),
  cordon: (dice) => ({ type: "cordon", target: node(dice) }),
  uncordon: (dice) => ({ type: "uncordon", target: node(dice) }),
  untaint: (dice) => ({
    type: "untaint",
    target: node(dice),
    key: dice.pick(["a", "example.com/a"]),
    ...(dice.once(2) ? {} : { effect: dice.pick(["NoSchedule", "NoExecute"] as const) }),
  }),
  create: (dice) => ({ type: "create", ...configMap(dice) }),
  delete: (dice) => ({ type: "delete", target: target(dice, "ConfigMap", "NetworkPolicy", "HorizontalPodAutoscaler") }),
  "hpa-limits": (dice) => ({
    type: "hpa-limits",
    target: target(dice, "HorizontalPodAutoscaler"),
    maxReplicas: 1 + dice.roll(1000),
    ...(dice.once(2) ? {} : { minReplicas: 1 + dice.roll(9) }),
  }),
  suspend: (dice) => ({ type: "suspend", target: target(dice, "CronJob"), suspend: dice.once(2) }),
};

describe("a printed action is read back", () => {
  test.each(Object.entries(anAction))("%s", (_type, make) => {
    for (let seed = 0; seed < 400; seed += 1) {
      const action = make(createDice(seed));
      expect(actionSchema.safeParse(action).success, JSON.stringify(action)).toBe(true);
      const line = asKubectl(action);
      const parsed = parseKubectl(line);
      expect(parsed, line).toEqual({ ok: true, value: action });
      // toEqual does not look at a key `__proto__`.
      expect(parsed.ok && jsonEqual(parsed.value as unknown as Json, action as unknown as Json), line).toBe(true);
    }
  });
});
