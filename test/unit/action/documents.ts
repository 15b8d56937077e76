/** Documents as an API server may hold them, and edits that a write, an admission webhook or a stranger may make. */
import { isJsonArray, isJsonObject } from "../../../src/kubernetes/json.ts";
import type { Json, JsonObject } from "../../../src/kubernetes/json.ts";
import type { Dice } from "../../support/dice.ts";

const words = ["a", "b", "web", "500m", "0.5", "true", "", "x/y", "m~n"];
const names = ["a", "b", "c", "d", "e"];
/** Some are awkward on purpose: what every object inherits, and what a JSON Pointer must escape. */
const keys = ["a", "b", "tier", "constructor", "toString", "example.com/x", "m~n", "__proto__"];

function scalar(dice: Dice): Json {
  return dice.pick<() => Json>([() => dice.pick(words), () => dice.roll(4), () => dice.once(2), () => null])();
}

function some(dice: Dice, max: number, make: (index: number) => Json): Json[] {
  return Array.from({ length: dice.roll(max + 1) }, (_, index) => make(index));
}

function map(dice: Dice): JsonObject {
  return Object.fromEntries(Array.from({ length: dice.roll(4) }, () => [dice.pick(keys), dice.pick(words)]));
}

/** An entry as it stands in the list of that field. */
function entry(dice: Dice, field: string): Json {
  switch (field) {
    case "containers":
    case "initContainers":
      return container(dice);
    case "env":
      return dice.once(4)
        ? { name: dice.pick(names), valueFrom: { configMapKeyRef: { name: dice.pick(names), key: dice.pick(keys) } } }
        : { name: dice.pick(names), value: dice.pick(words) };
    case "ports":
      return {
        ...(dice.once(4) ? {} : { protocol: dice.pick(["TCP", "UDP"]) }),
        containerPort: 80 + dice.roll(3),
        port: 80 + dice.roll(3),
        name: dice.pick(names),
        targetPort: dice.pick<Json>(["http", 8080, 9090]),
      };
    case "volumeMounts":
      return { name: dice.pick(names), mountPath: `/${dice.pick(names)}`, readOnly: dice.once(2) };
    case "volumes":
      return { name: dice.pick(names), configMap: { name: dice.pick(names) } };
    case "tolerations":
      return { key: dice.pick(names), operator: "Exists" };
    default:
      return scalar(dice);
  }
}

function list(dice: Dice, field: string): Json {
  return some(dice, 3, () => entry(dice, field));
}

function container(dice: Dice): JsonObject {
  const optional = ["env", "ports", "volumeMounts", "args", "command"].filter(() => dice.once(2));
  return {
    name: dice.pick(names),
    image: dice.pick(["shop/web:1", "shop/web:2"]),
    ...Object.fromEntries(optional.map((field) => [field, list(dice, field)])),
    ...(dice.once(2) ? { resources: { limits: { cpu: dice.pick(words), memory: "1Gi" } } } : {}),
    ...(dice.once(3) ? { readinessProbe: { httpGet: { path: "/", port: 8080 }, periodSeconds: dice.roll(9) } } : {}),
  };
}

function metadata(dice: Dice): JsonObject {
  return {
    name: "it",
    namespace: "shop",
    uid: "u1",
    resourceVersion: String(dice.roll(99)),
    ...(dice.once(2) ? { labels: map(dice) } : {}),
    ...(dice.once(2) ? { annotations: map(dice) } : {}),
  };
}

export function randomDocument(dice: Dice): JsonObject {
  switch (dice.roll(4)) {
    case 0:
      return { apiVersion: "v1", kind: "ConfigMap", metadata: metadata(dice), data: map(dice) };
    case 1:
      return {
        apiVersion: "v1",
        kind: "Service",
        metadata: metadata(dice),
        spec: { selector: map(dice), ports: list(dice, "ports"), type: "ClusterIP" },
      };
    default:
      return {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: metadata(dice),
        spec: {
          replicas: dice.roll(4),
          template: {
            metadata: dice.once(2) ? { labels: map(dice) } : { labels: map(dice), annotations: map(dice) },
            spec: {
              containers: list(dice, "containers"),
              ...Object.fromEntries(
                ["volumes", "tolerations", "initContainers"].filter(() => dice.once(2)).map((field) => [field, list(dice, field)]),
              ),
              ...(dice.once(2) ? { nodeSelector: map(dice) } : {}),
            },
          },
        },
        status: { readyReplicas: dice.roll(4) },
      };
  }
}

/** One to four edits anywhere but in what names the object; of values, keys, entries, order and even types. */
export function randomEdit(dice: Dice, document: JsonObject): JsonObject {
  let edited = document;
  for (let edits = 1 + dice.roll(4); edits > 0; edits--) {
    const field = dice.pick(["spec", "spec", "spec", "data", "labels", "annotations"]);
    const { metadata: found } = edited;
    if (field === "labels" || field === "annotations") {
      if (isJsonObject(found)) edited = { ...edited, metadata: put(found, field, editMap(dice, found[field])) };
    } else edited = put(edited, field, editChild(dice, edited[field], field));
  }
  return edited;
}

function put(into: JsonObject, key: string, value: Json | undefined): JsonObject {
  const { [key]: _old, ...rest } = into;
  return value === undefined ? rest : { ...rest, [key]: value };
}

/** Labels and annotations: the server lets nothing in but maps of strings. */
function editMap(dice: Dice, value: Json | undefined): Json | undefined {
  if (!isJsonObject(value)) return map(dice);
  return dice.once(5) ? undefined : put(value, dice.pick(keys), dice.once(2) ? undefined : dice.pick(words));
}

function fresh(dice: Dice, field: string): Json {
  if (["containers", "env", "ports", "volumeMounts", "volumes", "tolerations", "args", "command"].includes(field)) return list(dice, field);
  return dice.once(3) ? map(dice) : scalar(dice);
}

function editChild(dice: Dice, value: Json | undefined, field: string): Json | undefined {
  if (value === undefined) return fresh(dice, field);
  if (isJsonArray(value)) return editList(dice, value, field);
  if (!isJsonObject(value)) return dice.once(6) ? undefined : fresh(dice, field);
  const own = Object.keys(value);
  if (own.length > 0 && !dice.once(4)) {
    const key = dice.pick(own);
    return put(value, key, editChild(dice, value[key], key));
  }
  const added = dice.pick([...keys, "env", "args", "ports", "image", "annotations", "nodeSelector"]);
  return dice.once(5) ? undefined : put(value, added, fresh(dice, added));
}

function editList(dice: Dice, value: readonly Json[], field: string): Json | undefined {
  const index = dice.roll(Math.max(1, value.length));
  const found = value[index];
  switch (dice.roll(8)) {
    case 0:
      return undefined;
    case 1:
      return value.toSpliced(index, 1);
    case 2:
      return value.toSpliced(index, 0, entry(dice, field));
    case 3:
      return found === undefined ? [] : [...value, found];
    case 4:
      return value.toReversed();
    case 5:
      return [...value, entry(dice, field)];
    default:
      return found === undefined ? [entry(dice, field)] : value.with(index, editChild(dice, found, field) ?? entry(dice, field));
  }
}
