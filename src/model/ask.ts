/**
 * One question to a model, in a form that is checked: charged before it is sent, tried once more where the server was only
 * busy, and once more with what was wrong where the answer was of another form. After that there is no answer, which is a
 * normal thing to get from a model.
 */
import * as z from "zod";
import type { Clock } from "../clock.ts";
import { failed, malformed, refused, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import type { LedgerPort } from "../ledger/ledger.ts";
import type { Message, ModelPort, Question } from "./model.ts";
import { costOf } from "./price.ts";
import type { Prices } from "./price.ts";
import { spendingOf } from "./spending.ts";
import type { Budget } from "./spending.ts";

export interface AskerOptions {
  readonly model: ModelPort;
  readonly ledger: LedgerPort;
  readonly clock: Clock;
  readonly budget: Budget;
  readonly prices: Prices;
}

export interface Asked<T> {
  readonly incidentId: string;
  readonly model: string;
  readonly messages: readonly Message[];
  readonly name: string;
  readonly schema: z.ZodType<T>;
  readonly outputTokensMax: number;
  /** Makes sure that the incident is still ours for as long as one call may take; false: it is not. */
  readonly hold: () => Promise<boolean>;
}

export interface Asker {
  ask<T>(asked: Asked<T>): Promise<Result<T>>;
}

/** A busy server that wants more than this is left alone. */
const pauseMsMax = 5_000;
const pauseMsUsual = 1_000;
const repeatedCharactersMax = 4_000;

export function createAsker(options: AskerOptions): Asker {
  return {
    async ask(asked) {
      const question: Question = {
        model: asked.model,
        messages: asked.messages,
        form: { name: asked.name, schema: formOf(asked.schema) },
        outputTokensMax: asked.outputTokensMax,
      };
      const first = await patiently(options, question, asked);
      if (!first.ok) return first;
      const read = readAnswer(first.value, asked.schema);
      if (read.ok) return success(read.value);
      const repair: Message[] = [
        { role: "assistant", content: first.value.slice(0, repeatedCharactersMax).toWellFormed() },
        {
          role: "user",
          content: `This is not JSON of the form that was asked for: ${read.problem}. Answer with that JSON and nothing else.`,
        },
      ];
      const second = await patiently(options, { ...question, messages: [...question.messages, ...repair] }, asked);
      if (!second.ok) return second;
      const again = readAnswer(second.value, asked.schema);
      return again.ok ? success(again.value) : malformed("the model", `its answer is not of the form that was asked for: ${again.problem}`);
    },
  };
}

async function patiently(
  options: AskerOptions,
  question: Question,
  asked: Pick<Asked<unknown>, "incidentId" | "hold">,
): Promise<Result<string>> {
  const first = await charged(options, question, asked);
  if (first.ok || first.failure.kind !== "unavailable" || first.failure.effect === "unknown") return first;
  const pauseMs = first.failure.retryAfterMs ?? pauseMsUsual;
  if (pauseMs > pauseMsMax) return first;
  await options.clock.sleep(pauseMs);
  return charged(options, question, asked);
}

/** The worst: every byte a token (none is less than one in a byte-pair encoding), and all of the output that is asked for. */
async function charged(
  { model, ledger, clock, budget, prices }: AskerOptions,
  question: Question,
  { incidentId, hold }: Pick<Asked<unknown>, "incidentId" | "hold">,
): Promise<Result<string>> {
  if (!(await hold())) return refused("another process has taken the incident");
  const inputBytes = new TextEncoder().encode(JSON.stringify([question.messages, question.form])).length;
  const reserved = costOf(prices, question.model, inputBytes, question.outputTokensMax);
  const spending = spendingOf(ledger, budget, incidentId, clock.nowMs());
  const taken = await spending.reserve(reserved);
  if (!taken.ok) return taken;
  const answered = await model.complete(question);
  if (answered.ok) {
    const { text, usage } = answered.value;
    const outputBytes = new TextEncoder().encode(text).length;
    await spending.settle(
      reserved,
      costOf(prices, question.model, usage?.inputTokens ?? estimate(inputBytes), usage?.outputTokens ?? estimate(outputBytes)),
    );
    return success(text);
  }
  // One that was lost on its way may have been worked on all the same: it stays paid for.
  const isLost = answered.failure.kind === "unavailable" && answered.failure.effect === "unknown";
  if (!isLost && answered.failure.kind !== "malformed") await spending.settle(reserved, { calls: 1, tokens: 0, microdollars: 0 });
  return failed(answered.failure);
}

/** Rather too many: English has four bytes a token, hashes and JSON about three. */
function estimate(bytes: number): number {
  return Math.ceil(bytes / 3);
}

type Reading<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

function readAnswer<T>(text: string, schema: z.ZodType<T>): Reading<T> {
  let value: unknown;
  try {
    value = JSON.parse(withoutFence(text.trim()));
  } catch {
    return { ok: false, problem: "it is no JSON" };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const issue = parsed.error.issues[0];
  return { ok: false, problem: `${issue?.path.map(String).join(".") ?? ""}: ${issue?.message ?? ""}`.slice(0, 200) };
}

/** Many models put their JSON into a block of markdown. */
function withoutFence(text: string): string {
  if (!text.startsWith("```") || !text.endsWith("```")) return text;
  return text.slice(text.indexOf("\n") + 1, -"```".length);
}

/** Lengths are left to zod: strict servers refuse a schema that has words which they do not know. */
function formOf(schema: z.ZodType): Readonly<Record<string, unknown>> {
  const { $schema: _dialect, ...form } = z.toJSONSchema(schema, {
    override({ jsonSchema }) {
      for (const word of ["minLength", "maxLength", "minItems", "maxItems"] as const) delete jsonSchema[word];
    },
  });
  return form;
}
