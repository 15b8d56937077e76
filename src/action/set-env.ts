/** PURE. Sets and takes away environment variables of containers. Source: updateEnv of k8s.io/kubectl, pkg/cmd/set. */
import { isJsonArray, isJsonObject } from "../kubernetes/json.ts";
import type { Json } from "../kubernetes/json.ts";
import { own } from "../kubernetes/merge-patch.ts";
import { rollingBudget } from "./kind-of-action.ts";
import type { KindOfAction } from "./kind-of-action.ts";
import { inContainer, kubectlIn, named, quotedForShell } from "./kubectl-line.ts";
import { asWrite, containersNamed, setField } from "./pod-template.ts";

export const setEnv: KindOfAction<"set-env"> = {
  needs: () => [],
  compile({ target, container: name, set, unset }, { object }) {
    const containers = containersNamed(target, object, name);
    if (!containers.ok) return containers;
    const operations = containers.value.flatMap((container) => {
      const here = own(container.fields, "env");
      const env = updated(isJsonArray(here) ? here : [], set, unset);
      return setField(container, "env", env.length === 0 ? undefined : env);
    });
    return asWrite(target, "this environment", operations);
  },
  mayTouch: [],
  inverse: "restore",
  transientBudget: ({ target }, replicas) => rollingBudget(target, replicas),
  kubectl: ({ target, container, set, unset }) => {
    const words = [...Object.entries(set).map(([name, value]) => `${name}=${value}`), ...unset.map((name) => `${name}-`)];
    return `${kubectlIn(target)} set env ${named(target)}${inContainer(container)} ${words.map(quotedForShell).join(" ")}`;
  },
};

/** Each variable keeps its place, new ones follow. */
function updated(here: readonly Json[], set: Readonly<Record<string, string>>, unset: readonly string[]): readonly Json[] {
  const gone = new Set(unset);
  const kept = here.flatMap((entry) => {
    const name = isJsonObject(entry) ? entry["name"] : undefined;
    if (typeof name !== "string") return [entry];
    if (gone.has(name)) return [];
    if (!Object.hasOwn(set, name)) return [entry];
    gone.add(name);
    return [variable(name, set[name] ?? "")];
  });
  return [...kept, ...Object.entries(set).flatMap(([name, value]) => (gone.has(name) ? [] : [variable(name, value)]))];
}

/** The API leaves an empty value out. */
function variable(name: string, value: string): Json {
  return value === "" ? { name } : { name, value };
}
