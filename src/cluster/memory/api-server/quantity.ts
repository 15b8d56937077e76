/**
 * PURE. Resource quantities as the API server reads and prints them: `1000m` comes back as `1`, `1024Mi` as `1Gi`.
 * Source: apimachinery `resource.Quantity`, canonical form. Values are kept in nano-units.
 */

const nano = 1_000_000_000n;

const decimalExponents: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, "": 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const binaryExponents: Readonly<Record<string, bigint>> = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n };

interface Quantity {
  readonly nanos: bigint;
  readonly form: "decimal" | "binary" | "exponent";
}

function parse(text: string): Quantity | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/.exec(text);
  if (match === null || `${match[2]}${match[3] ?? ""}` === "") return undefined;
  const digits = BigInt(`${match[2]}${match[3] ?? ""}`);
  const fraction = (match[3] ?? "").length;
  const sign = match[1] === "-" ? -1n : 1n;
  const suffix = match[5] ?? "";
  const shift = binaryExponents[suffix];
  if (shift !== undefined) return { nanos: sign * (((digits << shift) * nano) / 10n ** BigInt(fraction)), form: "binary" };
  const exponent = (match[4] === undefined ? (decimalExponents[suffix] ?? 0) : Number(match[4].slice(1))) + 9 - fraction;
  const nanos = exponent >= 0 ? digits * 10n ** BigInt(exponent) : digits / 10n ** BigInt(-exponent);
  return { nanos: sign * nanos, form: match[4] === undefined ? "decimal" : "exponent" };
}

/** Nano-units, or undefined when the text is not a quantity. */
export function quantityNanos(text: string): bigint | undefined {
  return parse(text)?.nanos;
}

/** The quantity as the API server would print it, or undefined when the text is not a quantity. */
export function canonicalQuantity(text: string): string | undefined {
  const quantity = parse(text);
  if (quantity === undefined) return undefined;
  const { nanos, form } = quantity;
  if (nanos === 0n) return "0";
  if (form === "binary" && nanos % nano === 0n) return binary(nanos / nano);
  return decimal(nanos, form === "exponent");
}

function binary(units: bigint): string {
  for (const [suffix, shift] of Object.entries(binaryExponents).toReversed())
    if (units % (1n << shift) === 0n) return `${units / (1n << shift)}${suffix}`;
  return String(units);
}

function decimal(nanos: bigint, exponentForm: boolean): string {
  for (const [suffix, exponent] of Object.entries(decimalExponents).toReversed()) {
    const unit = 10n ** BigInt(exponent + 9);
    if (nanos % unit !== 0n) continue;
    if (exponentForm && exponent !== 0) return `${nanos / unit}e${exponent}`;
    return `${nanos / unit}${suffix}`;
  }
  return String(nanos);
}

/** Nano-units as a decimal quantity in canonical form. */
export function quantityText(nanos: bigint): string {
  return nanos === 0n ? "0" : decimal(nanos, false);
}

/** To thousandths of a unit; what is no quantity stays as it is. */
export function roundedUp(text: string): string {
  const nanos = quantityNanos(text) ?? 0n;
  const rest = nanos % 1_000_000n;
  return rest === 0n ? text : quantityText(nanos - rest + (rest > 0n ? 1_000_000n : 0n));
}
