/** PURE. `create -f -`, `apply -f -` and `create configmap`: one object, whole, as the line brings it. */
import type { Action } from "../action/action.ts";
import { refused, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import { isJsonObject } from "../kubernetes/json.ts";
import type { JsonObject } from "../kubernetes/json.ts";
import { own } from "../kubernetes/merge-patch.ts";
import { readManifest } from "./document.ts";
import { filenameFlag, firstWord, namespaceFlag, readFlags, valueOf, valuesOf } from "./flags.ts";
import type { Arguments, Flag } from "./flags.ts";
import { routeTo, targetOfKind } from "./resource.ts";
import type { Command } from "./command.ts";

const literalFlag: Flag = { name: "from-literal", takes: "values" };

export function parseCreate(command: Command): Result<Action> {
  const first = firstWord(command.words);
  const what = first.ok ? first.value.word : undefined;
  if (what !== undefined && what !== "configmap" && what !== "cm")
    return refused(`create ${what} is not understood: give its manifest, with create -f - <<'EOF'`);
  const given = readFlags(command.words, [namespaceFlag, filenameFlag, literalFlag]);
  if (!given.ok) return given;
  return given.value.args.length === 0 ? parseManifest("create", given.value, command) : parseCreateKind(given.value, command);
}

export function parseApply(command: Command): Result<Action> {
  const given = readFlags(command.words, [namespaceFlag, filenameFlag]);
  if (!given.ok) return given;
  return given.value.args.length === 0
    ? parseManifest("apply", given.value, command)
    : refused("apply takes its object from a manifest: apply -f - <<'EOF'");
}

function parseManifest(type: "create" | "apply", given: Arguments, { manifest, surroundings }: Command): Result<Action> {
  const file = valueOf(given, filenameFlag);
  if (file === undefined) return refused(`${type} needs a manifest: ${type} -f - <<'EOF'`);
  if (file !== "-") return refused(`${file} is a file or an address, and none is read: give the manifest with -f - <<'EOF'`);
  if (valuesOf(given.flags, literalFlag.name).length > 0) return refused("--from-literal is for create configmap NAME");
  if (manifest === undefined) return refused("there is no manifest: -f - needs one, with <<'EOF'");
  const read = readManifest(manifest);
  return read.ok ? withManifest(type, read.value, valueOf(given, namespaceFlag), surroundings) : read;
}

function withManifest(
  type: "create" | "apply",
  object: JsonObject,
  given: string | undefined,
  surroundings: Command["surroundings"],
): Result<Action> {
  const { kind, apiVersion, metadata } = object;
  if (typeof kind !== "string" || typeof apiVersion !== "string") return refused("the manifest needs a kind and an apiVersion");
  if (kind.endsWith("List")) return refused("the manifest holds several objects: give one");
  if (!isJsonObject(metadata) || typeof metadata["name"] !== "string") return refused("the manifest needs a name");
  const route = routeTo(kind, surroundings.customKinds);
  if (!route.ok) return route;
  if (route.value.apiVersion !== apiVersion)
    return refused(`a ${kind} is read and written as ${route.value.apiVersion}, not ${apiVersion}`);
  const left = ["resourceVersion", "uid"].find((field) => own(metadata, field) !== undefined);
  if (left !== undefined) return refused(`the manifest has a ${left} from an earlier reading: leave it out`);
  const within = own(metadata, "namespace");
  if (within !== undefined && typeof within !== "string") return refused("the manifest's namespace is no text");
  // Source: kubectl, which wants both to agree when a namespace is given.
  if (given !== undefined && within !== undefined && given !== within)
    return refused(`the manifest is of namespace ${within}, and the line of ${given}`);
  const target = targetOfKind(kind, metadata["name"], within ?? given, surroundings);
  return target.ok ? success({ type, target: target.value, manifest: object }) : target;
}

function parseCreateKind(given: Arguments, { manifest, surroundings }: Command): Result<Action> {
  const [what, name, ...more] = given.args;
  if (what !== "configmap" && what !== "cm") return refused("create takes its object from a manifest, or is create configmap NAME");
  if (manifest !== undefined || valueOf(given, filenameFlag) !== undefined) return refused("create configmap takes no manifest");
  if (name === undefined || more.length > 0) return refused("create configmap takes one name");
  const target = targetOfKind("ConfigMap", name, valueOf(given, namespaceFlag), surroundings);
  if (!target.ok) return target;
  const data = new Map<string, string>();
  for (const literal of valuesOf(given.flags, literalFlag.name)) {
    const equals = literal.indexOf("=");
    if (equals < 1) return refused(`${literal} is no KEY=VALUE`);
    const key = literal.slice(0, equals);
    if (!/^[-._a-zA-Z0-9]{1,253}$/.test(key) || /^\.\.?$|^\.\./.test(key)) return refused(`${key} is no key of a ConfigMap`);
    if (data.has(key)) return refused(`${key} is given twice`);
    data.set(key, literal.slice(equals + 1));
  }
  const object: JsonObject = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name },
    ...(data.size === 0 ? {} : { data: Object.fromEntries(data) }),
  };
  return success({ type: "create", target: target.value, manifest: object });
}
