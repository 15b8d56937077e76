/**
 * PURE. An object as the API server reads and writes it: fields that its type does not have are dropped, empty lists and
 * maps are nothing, quantities are in canonical form, and each type's defaults are filled in. No rule is checked here.
 */
import { isJsonArray, isJsonObject } from "../../../kubernetes/json.ts";
import type { Json, JsonObject } from "../../../kubernetes/json.ts";
import { defaultsOf } from "./defaults.ts";
import { fieldsOf, hasFields } from "./fields.ts";
import type { Field, Scalar, Type } from "./fields.ts";
import { canonicalQuantity, roundedUp } from "./quantity.ts";
import { timestamp } from "./store.ts";

export type Shaped = { readonly ok: true; readonly value: JsonObject } | { readonly ok: false; readonly fault: string };

/** The fault says which field is of a wrong type, as the server's decoder does. Custom resources are left as they are. */
export function shaped(kind: string, object: JsonObject): Shaped {
  if (!hasFields(kind)) return { ok: true, value: object };
  const faults: string[] = [];
  const value = writeStruct(kind, object, "", faults);
  const [first] = faults;
  return first === undefined ? { ok: true, value } : { ok: false, fault: first };
}

/** What the type is when it says nothing: the status of an object that nobody has looked at. */
export function emptyOf(type: string): JsonObject {
  return writeStruct(type, {}, "", []);
}

function writeStruct(name: string, object: JsonObject, at: string, faults: string[]): JsonObject {
  const fields = fieldsOf(name);
  const known: Record<string, Json> = {};
  for (const field of fields) {
    const value = read(field.type, ownValue(object, field.name), at === "" ? field.name : `${at}.${field.name}`, name, faults);
    if (value !== undefined) known[field.name] = value;
  }
  const filled = defaultsOf[name]?.(known) ?? known;
  return Object.fromEntries(fields.flatMap((field) => written(field, filled[field.name])));
}

/** A ConfigMap may well have a key `constructor`. */
function ownValue(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function written({ name, type, omitted }: Field, value: Json | undefined): readonly (readonly [string, Json])[] {
  const found = isEmpty(type, value) ? undefined : value;
  if (found !== undefined && !(omitted && type.is === "scalar" && isZero(type.scalar, found))) return [[name, found]];
  return omitted ? [] : [[name, zeroOf(type)]];
}

function isEmpty(type: Type, value: Json | undefined): boolean {
  if (type.is === "list") return isJsonArray(value) && value.length === 0;
  return type.is === "map" && isJsonObject(value) && Object.keys(value).length === 0;
}

function isZero(scalar: Scalar, value: Json): boolean {
  return value === zeroOfScalar(scalar);
}

function zeroOf(type: Type): Json {
  if (type.is === "scalar") return zeroOfScalar(type.scalar);
  return type.is === "struct" ? emptyOf(type.name) : null;
}

function zeroOfScalar(scalar: Scalar): Json {
  if (scalar === "string" || scalar === "bytes") return "";
  if (scalar === "bool") return false;
  if (scalar === "quantity") return "0";
  return scalar === "time" || scalar === "raw" ? null : 0;
}

/** The value, or undefined for nothing; a struct is never nothing. */
function read(type: Type, given: Json | undefined, at: string, struct: string, faults: string[]): Json | undefined {
  const value = given === null ? undefined : given;
  switch (type.is) {
    case "scalar":
      return value === undefined ? undefined : readScalar(type.scalar, value, at, struct, faults);
    case "pointer":
      return value === undefined ? undefined : read(type.of, value, at, struct, faults);
    case "list":
      if (value === undefined) return undefined;
      if (!isJsonArray(value)) return fault(value, `[]${goName(type.of)}`, at, struct, faults);
      return value.map((item) => read(type.of, item, at, struct, faults) ?? zeroOf(type.of));
    case "map":
      if (value === undefined) return undefined;
      if (!isJsonObject(value)) return fault(value, `map[string]${goName(type.of)}`, at, struct, faults);
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [
          key,
          wholeThousandth(type.of, read(type.of, item, at, struct, faults)) ?? zeroOf(type.of),
        ]),
      );
    case "struct":
      if (value !== undefined && !isJsonObject(value)) return fault(value, `v1.${type.name}`, at, struct, faults);
      return writeStruct(type.name, value ?? {}, at, faults);
    default:
      return type satisfies never;
  }
}

/** Amounts of resources (all maps of quantities are) count in thousandths. */
function wholeThousandth(type: Type, value: Json | undefined): Json | undefined {
  return type.is === "scalar" && type.scalar === "quantity" && typeof value === "string" ? roundedUp(value) : value;
}

const largest = { int32: 2_147_483_647, int64: Number.MAX_SAFE_INTEGER };

function readScalar(scalar: Scalar, value: Json, at: string, struct: string, faults: string[]): Json | undefined {
  switch (scalar) {
    case "raw":
      return value;
    case "string":
      return typeof value === "string" ? value : fault(value, "string", at, struct, faults);
    case "bool":
      return typeof value === "boolean" ? value : fault(value, "bool", at, struct, faults);
    case "int32":
    case "int64": {
      const whole = typeof value === "number" && Number.isInteger(value) && Math.abs(value) <= largest[scalar];
      return whole ? value : fault(value, scalar, at, struct, faults);
    }
    case "intOrString":
      if (typeof value === "string") return value;
      return typeof value === "number" && Number.isInteger(value) ? value : fault(value, "int32", at, struct, faults);
    case "quantity": {
      const text = typeof value === "number" || typeof value === "string" ? canonicalQuantity(String(value)) : undefined;
      if (text === undefined) faults.push("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
      return text;
    }
    case "time": {
      const atMs = typeof value === "string" ? Date.parse(value) : Number.NaN;
      return Number.isNaN(atMs) ? fault(value, "Time", at, struct, faults) : timestamp(atMs);
    }
    case "bytes":
      if (typeof value !== "string") return fault(value, "[]uint8", at, struct, faults);
      if (/^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value)) return value;
      faults.push("illegal base64 data");
      return undefined;
    default:
      return scalar satisfies never;
  }
}

function fault(value: Json, goType: string, at: string, struct: string, faults: string[]): undefined {
  const given = isJsonArray(value) ? "array" : isJsonObject(value) ? "object" : typeof value === "boolean" ? "bool" : typeof value;
  faults.push(`json: cannot unmarshal ${given} into Go struct field ${struct}.${at} of type ${goType}`);
  return undefined;
}

function goName(type: Type): string {
  if (type.is === "scalar") return type.scalar;
  return type.is === "struct" ? `v1.${type.name}` : goName(type.of);
}
