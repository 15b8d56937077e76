/** PURE. Sets requests and limits of containers; those that are not named stay. */
import { isJsonObject } from "../kubernetes/json.ts";
import type { JsonObject } from "../kubernetes/json.ts";
import { own } from "../kubernetes/merge-patch.ts";
import { rollingBudget } from "./kind-of-action.ts";
import type { KindOfAction } from "./kind-of-action.ts";
import { inContainer, kubectlIn, named, quotedForShell } from "./kubectl-line.ts";
import { asWrite, containersNamed, setField } from "./pod-template.ts";

export const setResources: KindOfAction<"set-resources"> = {
  needs: () => [],
  compile({ target, container: name, limits, requests }, { object }) {
    const containers = containersNamed(target, object, name);
    if (!containers.ok) return containers;
    const operations = containers.value.flatMap((container) => {
      const here = asMap(own(container.fields, "resources"));
      return setField(container, "resources", { ...here, ...joined(here, "limits", limits), ...joined(here, "requests", requests) });
    });
    return asWrite(target, "these resources", operations);
  },
  mayTouch: [],
  inverse: "restore",
  transientBudget: ({ target }, replicas) => rollingBudget(target, replicas),
  kubectl: ({ target, container, limits, requests }) =>
    `${kubectlIn(target)} set resources ${named(target)}${inContainer(container)}${flag("limits", limits)}${flag("requests", requests)}`,
};

type Quantities = Readonly<Record<string, string>>;

function asMap(value: ReturnType<typeof own>): JsonObject {
  return isJsonObject(value) ? value : {};
}

function joined(here: JsonObject, field: "limits" | "requests", quantities: Quantities): JsonObject {
  return Object.keys(quantities).length === 0 ? {} : { [field]: { ...asMap(own(here, field)), ...quantities } };
}

function flag(name: string, quantities: Quantities): string {
  const pairs = Object.entries(quantities).map(([resource, quantity]) => `${resource}=${quantity}`);
  return pairs.length === 0 ? "" : ` --${name}=${quotedForShell(pairs.join(","))}`;
}
