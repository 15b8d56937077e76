/**
 * A server that speaks OpenAI's Chat Completions over real HTTP and answers what a script tells it, with the provider's own
 * error bodies. It turns away what the provider would. Loopback only. Source: platform.openai.com, API reference.
 */
import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import * as z from "zod";
import { answering, bodyOf, close, listen, send } from "./http-server.ts";

const requestSchema = z.object({
  model: z.string().min(1),
  messages: z.array(z.object({ role: z.enum(["system", "user", "assistant"]), content: z.string() })).min(1),
  max_completion_tokens: z.int().positive(),
  response_format: z.object({
    type: z.literal("json_schema"),
    json_schema: z.object({
      name: z.string().regex(/^[\w-]{1,64}$/),
      strict: z.literal(true),
      schema: z.looseObject({ type: z.literal("object") }),
    }),
  }),
});

export interface ModelCall extends z.infer<typeof requestSchema> {
  /** Every byte of the body that came in. */
  readonly raw: string;
}

export type Reply =
  /** The text of the answer, as JSON when it is no string. */
  | { readonly says: unknown; readonly usage?: "left out" | { readonly prompt_tokens: number; readonly completion_tokens: number } }
  | { readonly refuses: keyof typeof errors; readonly retryAfterSeconds?: number }
  /** Bytes that are no chat completion. */
  | { readonly body: string; readonly status?: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly hangs: true | "after its head" };

const errors = {
  busy: { status: 429, message: "Rate limit reached for requests", type: "requests", code: "rate_limit_exceeded" },
  poor: { status: 429, message: "You exceeded your current quota", type: "insufficient_quota", code: "insufficient_quota" },
  broken: {
    status: 500,
    message: "The server had an error while processing your request. Sorry about that!",
    type: "server_error",
    code: null,
  },
  stranger: { status: 401, message: "Incorrect API key provided: sk-wrong.", type: "invalid_request_error", code: "invalid_api_key" },
  unknown: { status: 404, message: "The model `x` does not exist", type: "invalid_request_error", code: "model_not_found" },
  long: {
    status: 400,
    message: "This model's maximum context length is 8192 tokens.",
    type: "invalid_request_error",
    code: "context_length_exceeded",
  },
} as const;

export interface ModelServer {
  /** For STRATUS_MODEL_URL. */
  readonly url: string;
  readonly calls: readonly ModelCall[];
  stop(): Promise<void>;
}

export const modelKey = "sk-test-of-the-scripted-model-1234567890";

export async function startModelServer(reply: (call: ModelCall, index: number) => Reply): Promise<ModelServer> {
  const calls: ModelCall[] = [];
  const server = createServer(
    answering(async (request, response) => {
      const raw = await bodyOf(request);
      if (request.headers.authorization !== `Bearer ${modelKey}`) return fail(response, "stranger");
      if (request.method !== "POST" || request.url !== "/v1/chat/completions") return send(response, { status: 404, body: {} });
      const parsed = requestSchema.safeParse(JSON.parse(raw));
      if (!parsed.success)
        return send(response, {
          status: 400,
          body: { error: { message: parsed.error.message, type: "invalid_request_error", param: null, code: null } },
        });
      const whyNot = whyNotStrict(parsed.data.response_format.json_schema.schema, "answer");
      if (whyNot !== undefined)
        return send(response, {
          status: 400,
          body: { error: { message: whyNot, type: "invalid_request_error", param: "response_format", code: null } },
        });
      calls.push({ ...parsed.data, raw });
      answer(response, parsed.data.model, reply({ ...parsed.data, raw }, calls.length - 1));
    }),
  );
  const address = await listen(server);
  return { url: `${address}/v1`, calls, stop: () => close(server) };
}

const words = ["type", "properties", "required", "additionalProperties", "items", "anyOf", "enum", "const", "minimum", "maximum"];
const objectForm = z.object({
  properties: z.record(z.string(), z.unknown()),
  required: z.array(z.string()),
  additionalProperties: z.literal(false),
});

/** Of strict schemas: every object is closed and all of it required, and few words are known. Source: Structured Outputs. */
function whyNotStrict(schema: unknown, place: string): string | undefined {
  const form = z.record(z.string(), z.unknown()).safeParse(schema).data;
  if (form === undefined) return undefined;
  const unknown = Object.keys(form).find((word) => !words.includes(word));
  if (unknown !== undefined) return `Invalid schema for response_format: ${place}: '${unknown}' is not permitted.`;
  const below: (readonly [string, unknown])[] = [["items", form["items"]]];
  below.push(...(Array.isArray(form["anyOf"]) ? form["anyOf"].map((each, index) => [`anyOf.${index}`, each as unknown] as const) : []));
  if (form["type"] === "object") {
    const object = objectForm.safeParse(form).data;
    if (object === undefined) return `Invalid schema for response_format: ${place}: 'additionalProperties' is required to be false.`;
    const names = Object.keys(object.properties);
    if (names.some((name) => !object.required.includes(name)))
      return `Invalid schema for response_format: ${place}: 'required' must name all.`;
    below.push(...Object.entries(object.properties));
  }
  return below.map(([name, each]) => whyNotStrict(each, `${place}.${name}`)).find((why) => why !== undefined);
}

function answer(response: ServerResponse, model: string, reply: Reply): void {
  if ("hangs" in reply) {
    if (reply.hangs === "after its head") response.writeHead(200, { "content-type": "application/json" }).write('{"id":');
    return;
  }
  if ("refuses" in reply) return fail(response, reply.refuses, reply.retryAfterSeconds);
  if ("body" in reply) {
    response.writeHead(reply.status ?? 200, { "content-type": "application/json", ...reply.headers }).end(reply.body);
    return;
  }
  const content = typeof reply.says === "string" ? reply.says : JSON.stringify(reply.says);
  const usage = reply.usage ?? { prompt_tokens: 1_000, completion_tokens: 100 };
  send(response, {
    status: 200,
    body: {
      id: "chatcmpl-1",
      object: "chat.completion",
      created: 1_767_603_600,
      model,
      choices: [
        { index: 0, message: { role: "assistant", content, refusal: null, annotations: [] }, logprobs: null, finish_reason: "stop" },
      ],
      ...(usage === "left out" ? {} : { usage: { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens } }),
      service_tier: "default",
    },
  });
}

function fail(response: ServerResponse, kind: keyof typeof errors, retryAfterSeconds?: number): void {
  const { status, message, type, code } = errors[kind];
  const headers = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
  send(response, { status, headers, body: { error: { message, type, param: null, code } } });
}
