/** PURE. The settings of the language model, which nothing needs: without them everything works by the built-in causes. */
import * as z from "zod";
import type { Prices } from "./model/price.ts";
import type { Allowance, Budget } from "./model/spending.ts";
import { duration, prices, url, whole } from "./setting.ts";

export interface ModelConfig {
  readonly url: string;
  readonly key: string | undefined;
  /** Undefined: that agent works without a model. */
  readonly names: { readonly diagnosis: string | undefined; readonly mitigation: string | undefined };
  /** For one call. */
  readonly timeoutMs: number;
  readonly prices: Prices;
  readonly budget: Budget;
}

const name = z.string().min(1).max(200);
const tokens = whole(1, 1_000_000_000);
const dollars = z.coerce.number({ error: "must be a number" }).min(0).max(1_000_000);

export const modelSettings = {
  /** OpenAI's Chat Completions, or whoever speaks it; with its `/v1`. */
  STRATUS_MODEL_URL: url.optional(),
  STRATUS_MODEL_KEY: z.string().optional(),
  /** Of both agents. */
  STRATUS_MODEL: name.optional(),
  STRATUS_MODEL_DIAGNOSIS: name.optional(),
  STRATUS_MODEL_MITIGATION: name.optional(),
  STRATUS_MODEL_TIMEOUT: duration.default(20_000),
  STRATUS_MODEL_PRICES: prices.default({}),
  STRATUS_MODEL_INCIDENT_CALLS: whole(1, 1_000).default(30),
  STRATUS_MODEL_INCIDENT_TOKENS: tokens.default(300_000),
  STRATUS_MODEL_INCIDENT_DOLLARS: dollars.optional(),
  STRATUS_MODEL_DAY_CALLS: whole(1, 1_000_000).default(500),
  STRATUS_MODEL_DAY_TOKENS: tokens.default(5_000_000),
  STRATUS_MODEL_DAY_DOLLARS: dollars.optional(),
};
const schema = z.object(modelSettings);
type ModelSettings = z.infer<typeof schema>;

/** What a call may take and a lease has to last beyond it. */
const leaseMarginMs = 5_000;

export function modelContradictions(settings: ModelSettings, leaseMs: number): string[] {
  const named = [settings.STRATUS_MODEL, settings.STRATUS_MODEL_DIAGNOSIS, settings.STRATUS_MODEL_MITIGATION];
  const problems: string[] = [];
  if (settings.STRATUS_MODEL_URL === undefined) {
    const further = [...named, settings.STRATUS_MODEL_KEY, settings.STRATUS_MODEL_INCIDENT_DOLLARS, settings.STRATUS_MODEL_DAY_DOLLARS];
    return further.some((value) => value !== undefined) ? ["STRATUS_MODEL_URL must be set: where the model is served, with its /v1"] : [];
  }
  if (named.every((value) => value === undefined)) problems.push("STRATUS_MODEL must be set: the name of the model at STRATUS_MODEL_URL");
  if (settings.STRATUS_MODEL_TIMEOUT + leaseMarginMs > leaseMs)
    problems.push("STRATUS_MODEL_TIMEOUT must be 5s shorter than STRATUS_LEASE: the lease of an incident outlives a call");
  const limitsDollars = (settings.STRATUS_MODEL_INCIDENT_DOLLARS ?? settings.STRATUS_MODEL_DAY_DOLLARS) !== undefined;
  const priced = new Set(Object.keys(settings.STRATUS_MODEL_PRICES));
  const unpriced = Object.values(namesOf(settings)).filter((used) => used !== undefined && !priced.has(used));
  if (limitsDollars)
    problems.push(
      ...[...new Set(unpriced)].map((used) => `STRATUS_MODEL_PRICES must name ${used}: without its price no dollars are counted`),
    );
  return problems;
}

export function modelOf(settings: ModelSettings): ModelConfig | undefined {
  if (settings.STRATUS_MODEL_URL === undefined) return undefined;
  return {
    url: settings.STRATUS_MODEL_URL,
    key: settings.STRATUS_MODEL_KEY,
    names: namesOf(settings),
    timeoutMs: settings.STRATUS_MODEL_TIMEOUT,
    prices: settings.STRATUS_MODEL_PRICES,
    budget: {
      perIncident: allowance(
        settings.STRATUS_MODEL_INCIDENT_CALLS,
        settings.STRATUS_MODEL_INCIDENT_TOKENS,
        settings.STRATUS_MODEL_INCIDENT_DOLLARS,
      ),
      perDay: allowance(settings.STRATUS_MODEL_DAY_CALLS, settings.STRATUS_MODEL_DAY_TOKENS, settings.STRATUS_MODEL_DAY_DOLLARS),
    },
  };
}

function namesOf(settings: ModelSettings): ModelConfig["names"] {
  return {
    diagnosis: settings.STRATUS_MODEL_DIAGNOSIS ?? settings.STRATUS_MODEL,
    mitigation: settings.STRATUS_MODEL_MITIGATION ?? settings.STRATUS_MODEL,
  };
}

function allowance(calls: number, tokensMax: number, dollarsMax: number | undefined): Allowance {
  return { calls, tokens: tokensMax, microdollars: dollarsMax === undefined ? undefined : Math.floor(dollarsMax * 1e6) };
}
