// How the API server says that each field is merged: `x-kubernetes-patch-strategy` and `x-kubernetes-patch-merge-key` of its
// OpenAPI document.

import type { JsonObject } from "../../src/kubernetes/json.ts";
import type { PatchStrategy } from "../../src/action/patch-strategy.ts";

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly "x-kubernetes-patch-strategy"?: string;
  readonly "x-kubernetes-patch-merge-key"?: string;
  readonly "x-kubernetes-group-version-kind"?: readonly { readonly group: string; readonly version: string; readonly kind: string }[];
}

type Strategies = Readonly<Record<string, PatchStrategy>>;

/** Of everything but the status, by the map keys on the way. */
export function publishedStrategies(openApi: JsonObject): (apiVersion: string, kind: string) => Strategies {
  const definitions = openApi["definitions"] as unknown as Readonly<Record<string, Schema>>;

  function walk(schema: Schema, path: string, above: readonly string[], found: Record<string, PatchStrategy>): void {
    const name = schema.$ref?.slice("#/definitions/".length);
    if (name !== undefined && above.includes(name)) return;
    const resolved = name === undefined ? schema : (definitions[name] ?? {});
    const inside = name === undefined ? above : [...above, name];
    for (const inner of resolved.allOf ?? []) walk(inner, path, inside, found);
    if (resolved.items !== undefined) walk(resolved.items, path, inside, found);
    for (const [field, inner] of Object.entries(resolved.properties ?? {})) {
      const place = path === "" ? field : `${path}/${field}`;
      if (path === "" && field === "status") continue;
      const strategy = strategyOf(inner);
      if (strategy !== undefined) found[place] = strategy;
      walk(inner, place, inside, found);
    }
  }

  return (apiVersion, kind) => {
    const [group, version] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
    const schema = Object.values(definitions).find((candidate) =>
      candidate["x-kubernetes-group-version-kind"]?.some((each) => each.group === group && each.version === version && each.kind === kind),
    );
    const found: Record<string, PatchStrategy> = {};
    walk(schema ?? {}, "", [], found);
    return found;
  };
}

function strategyOf(schema: Schema): PatchStrategy | undefined {
  const strategies = schema["x-kubernetes-patch-strategy"]?.split(",");
  if (strategies === undefined) return undefined;
  const key = schema["x-kubernetes-patch-merge-key"] ?? "";
  const how = strategies.includes("replace") ? "replace" : !strategies.includes("merge") ? "plain" : key === "" ? "set" : "keyed";
  return { how, key, retainKeys: strategies.includes("retainKeys") };
}
