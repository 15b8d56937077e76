/**
 * Any server that speaks OpenAI's Chat Completions. One request is one call: the client's own retries are off, since each
 * call is charged before it is made. No reason given here quotes what the server wrote: it may quote our key.
 */
import OpenAI, { APIConnectionTimeoutError, APIError } from "openai";
import * as z from "zod";
import { failed, malformed, refused, success, unavailable } from "../failure.ts";
import type { Result } from "../failure.ts";
import { boundedFetch, TooLong } from "./bounded-fetch.ts";
import type { Fetch } from "./bounded-fetch.ts";
import type { Completion, ModelPort, Question } from "./model.ts";

export interface OpenAiOptions {
  /** With its `/v1`, where the server has one. */
  readonly url: string;
  /** Undefined: a server on one's own machine, that asks for none. */
  readonly key?: string | undefined;
  /** For one call, its answer's body included. */
  readonly timeoutMs: number;
  readonly fetch?: Fetch | undefined;
}

const count = z.int().min(0);
/** Compatible servers leave out what they do not know, and send null. */
const completionSchema = z.object({
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
      }),
    )
    .min(1),
  usage: z.object({ prompt_tokens: count, completion_tokens: count }).nullish().catch(undefined),
});

export function openAiModel(options: OpenAiOptions): ModelPort {
  const client = new OpenAI({
    baseURL: options.url,
    apiKey: options.key ?? "none",
    timeout: options.timeoutMs,
    maxRetries: 0,
    fetch: boundedFetch(options.fetch),
    logLevel: "off",
    // Otherwise they are read from the environment.
    organization: null,
    project: null,
  });
  return {
    async complete(question) {
      try {
        return completionIn(await ask(client, question));
      } catch (error) {
        return failureOf(error, options.timeoutMs);
      }
    },
  };
}

/** No temperature: some models take none. */
function ask(client: OpenAI, { model, messages, form, outputTokensMax }: Question): Promise<unknown> {
  return client.chat.completions.create({
    model,
    messages: messages.map(({ role, content }) => ({ role, content })),
    response_format: { type: "json_schema", json_schema: { name: form.name, strict: true, schema: { ...form.schema } } },
    max_completion_tokens: outputTokensMax,
  });
}

function completionIn(answer: unknown): Result<Completion> {
  const parsed = completionSchema.safeParse(answer);
  if (!parsed.success) return malformed("the model", "its answer is no chat completion");
  const { choices, usage } = parsed.data;
  const [choice] = choices;
  const text = choice?.message.content ?? "";
  if (text === "" && (choice?.message.refusal ?? "") !== "") return refused("the model declined to answer");
  if (choice?.finish_reason === "content_filter") return refused("the model's provider held its answer back");
  return success({
    text,
    usage: usage == null ? undefined : { inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens },
  });
}

const retryAfterMsMax = 3_600_000;

function failureOf(error: unknown, timeoutMs: number): ReturnType<typeof failed> {
  if (error instanceof APIConnectionTimeoutError) return unavailable(`the model did not answer within ${timeoutMs / 1000} s`, "unknown");
  if (isTooLong(error)) return malformed("the model", "its answer is too long");
  if (!(error instanceof APIError)) return malformed("the model", "its answer is not JSON");
  const { status } = error as { readonly status: number | undefined };
  if (status === undefined) return unavailable("the model could not be reached");
  if (status === 401 || status === 403) return refused(`the model does not accept our key (${status})`);
  // Of an account without money no pause makes anything else.
  if (status === 429 && error.code === "insufficient_quota") return refused("the model's account has no quota left (429)");
  if (status === 429 || status >= 500)
    return unavailable(`the model answered ${status}`, "none", retryAfterMs(error.headers as Headers | undefined));
  const code = /^[\w.]{1,60}$/.test(error.code ?? "") ? `, ${error.code}` : "";
  return refused(`the model answered ${status}${code}`);
}

function isTooLong(error: unknown): boolean {
  return error instanceof TooLong || (error instanceof Error && error.cause instanceof TooLong);
}

function retryAfterMs(headers: Headers | undefined): number | undefined {
  const seconds = Number(headers?.get("retry-after") ?? Number.NaN);
  return seconds >= 0 ? Math.min(seconds * 1000, retryAfterMsMax) : undefined;
}
