/**
 * PURE. How the API's types are written as JSON, by name. In the tables `*T` is a pointer, `[T]` a list, `{T}` a map: left
 * out when there is nothing in it; `T?` is left out when it is zero; `!` before any of them: written all the same.
 */
import { BrokenInvariant } from "../../../failure.ts";
import { coreFields } from "./fields-core.ts";
import { groupFields } from "./fields-groups.ts";

export type Scalar = "string" | "bool" | "int32" | "int64" | "quantity" | "intOrString" | "time" | "bytes" | "raw";

export type Type =
  | { readonly is: "scalar"; readonly scalar: Scalar }
  | { readonly is: "pointer" | "list" | "map"; readonly of: Type }
  | { readonly is: "struct"; readonly name: string };

export interface Field {
  readonly name: string;
  readonly type: Type;
  /** Left out when it is nothing (a pointer, a list, a map), or zero (`?`). */
  readonly omitted: boolean;
}

const scalars: readonly string[] = ["string", "bool", "int32", "int64", "quantity", "intOrString", "time", "bytes", "raw"];

const lines = new Map(
  `${coreFields}${groupFields}`
    .replaceAll("\n ", " ")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)] as const),
);
const read = new Map<string, readonly Field[]>();

/** Whether there is a type of this name; those of custom resources are not known. */
export function hasFields(name: string): boolean {
  return lines.has(name);
}

export function fieldsOf(name: string): readonly Field[] {
  const known = read.get(name);
  if (known !== undefined) return known;
  const line = lines.get(name);
  if (line === undefined) throw new BrokenInvariant(`the API has no type ${name}`);
  const fields = line.split(" ").map(fieldIn);
  read.set(name, fields);
  return fields;
}

function fieldIn(text: string): Field {
  const [name = "", word = ""] = text.split(":");
  const kept = word.startsWith("!");
  const zeroable = word.endsWith("?");
  const type = typeIn(word.slice(kept ? 1 : 0, zeroable ? -1 : undefined));
  const absent = type.is === "pointer" || type.is === "list" || type.is === "map";
  return { name, type, omitted: !kept && (absent || zeroable) };
}

function typeIn(word: string): Type {
  if (word.startsWith("*")) return { is: "pointer", of: typeIn(word.slice(1)) };
  if (word.startsWith("[")) return { is: "list", of: typeIn(word.slice(1, -1)) };
  if (word.startsWith("{")) return { is: "map", of: typeIn(word.slice(1, -1)) };
  return scalars.includes(word) ? { is: "scalar", scalar: word as Scalar } : { is: "struct", name: word };
}
