/** PURE. What tokens cost, in millionths of a dollar: then a price per million tokens is a price per token. */
import * as z from "zod";

const dollars = z.number().min(0).max(10_000);
/** Dollars per million tokens, by the model's name. No server tells its prices. */
export const pricesSchema = z.record(
  z.string().min(1).max(200),
  z.strictObject({ in: dollars, out: dollars }),
  "must be prices by model, each in and out",
);
export type Prices = z.infer<typeof pricesSchema>;

export interface Cost {
  readonly calls: number;
  readonly tokens: number;
  readonly microdollars: number;
}

export function costOf(prices: Prices, model: string, inputTokens: number, outputTokens: number): Cost {
  const price = Object.hasOwn(prices, model) ? prices[model] : undefined;
  const microdollars = Math.ceil(inputTokens * (price?.in ?? 0) + outputTokens * (price?.out ?? 0));
  return { calls: 1, tokens: inputTokens + outputTokens, microdollars };
}
