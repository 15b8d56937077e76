/**
 * PURE. Quantities of the API as numbers: `500m`, `1Gi`, `2`. The server writes one amount in several ways (`1000m` is
 * `1`), so they are compared by what they amount to. Source: apimachinery pkg/api/resource, Quantity.
 */
import type { Json } from "../kubernetes/json.ts";

const factors: Readonly<Record<string, number>> = {
  "": 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** Undefined for what is no quantity. */
export function amountOf(quantity: Json | undefined): number | undefined {
  if (typeof quantity === "number") return quantity;
  const match = typeof quantity === "string" ? /^([+-]?\d{1,18}(?:\.\d{1,18})?)([A-Za-z]{0,2})$/.exec(quantity) : null;
  const factor = match === null || !Object.hasOwn(factors, match[2] ?? "") ? undefined : factors[match[2] ?? ""];
  return match === null || factor === undefined ? undefined : Number(match[1]) * factor;
}

export function sameAmount(left: Json | undefined, right: Json | undefined): boolean {
  const amount = amountOf(left);
  return amount !== undefined && amount === amountOf(right);
}
