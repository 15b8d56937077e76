/** PURE. A broken rule as one sentence, in the server's own words. Source: apimachinery `util/validation/field`. */
import { isJsonArray, isJsonObject } from "../../../kubernetes/json.ts";
import type { Json, JsonObject } from "../../../kubernetes/json.ts";

export type Faults = readonly string[];

export function invalid(path: string, value: Json | undefined, rule: string): string {
  return `${path}: Invalid value: ${JSON.stringify(value ?? null)}${rule === "" ? "" : `: ${rule}`}`;
}

export function required(path: string, note = ""): string {
  return `${path}: Required value${note === "" ? "" : `: ${note}`}`;
}

export function forbidden(path: string, note: string): string {
  return `${path}: Forbidden: ${note}`;
}

export function duplicate(path: string, value: Json | undefined, note = ""): string {
  return `${path}: Duplicate value: ${JSON.stringify(value ?? null)}${note === "" ? "" : `: ${note}`}`;
}

export function unsupported(path: string, value: Json | undefined, supported: readonly string[]): string {
  return `${path}: Unsupported value: ${JSON.stringify(value ?? "")}: supported values: ${supported.map((one) => JSON.stringify(one)).join(", ")}`;
}

export function notFound(path: string, value: Json | undefined): string {
  return `${path}: Not found: ${JSON.stringify(value ?? "")}`;
}

export function tooLong(path: string, bytesMax: number): string {
  return `${path}: Too long: may not be more than ${bytesMax} bytes`;
}

/** Each rule of a name that the value breaks. */
export function broken(path: string, value: Json | undefined, rules: readonly string[]): Faults {
  return rules.map((rule) => invalid(path, value, rule));
}

export function negative(path: string, value: Json | undefined): Faults {
  return typeof value === "number" && value < 0 ? [invalid(path, value, "must be greater than or equal to 0")] : [];
}

export function immutable(path: string, value: Json | undefined): string {
  return invalid(path, value, "field is immutable");
}

export function oneOf(path: string, value: Json | undefined, supported: readonly string[]): Faults {
  return supported.includes(textOf(value)) ? [] : [unsupported(path, value, supported)];
}

export function mapOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

export function listOf(value: Json | undefined): readonly Json[] {
  return isJsonArray(value) ? value : [];
}

export function objectsIn(value: Json | undefined): readonly JsonObject[] {
  return listOf(value).map(mapOf);
}

export function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

export function numberOf(value: Json | undefined): number {
  return typeof value === "number" ? value : 0;
}

export function bytesIn(text: string): number {
  return new TextEncoder().encode(text).length;
}
