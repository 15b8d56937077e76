/**
 * The port to one language model: messages in, one text out. It is asked for proposals and nothing else; what comes back is
 * as trustworthy as the log lines that it has read, so whoever asks checks every word of it.
 */
import type { Result } from "../failure.ts";

export interface Message {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

export interface Question {
  /** The model's name, as the server calls it. */
  readonly model: string;
  readonly messages: readonly Message[];
  /** JSON Schema of the answer. A server may ignore it. */
  readonly form: { readonly name: string; readonly schema: Readonly<Record<string, unknown>> };
  readonly outputTokensMax: number;
}

export interface Completion {
  readonly text: string;
  /** Undefined: the server did not say. */
  readonly usage: Usage | undefined;
}

export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface ModelPort {
  /** Asks once. `unavailable` (429, 5xx, no answer in time): may be tried again. `refused`: asking the same again is useless. */
  complete(question: Question): Promise<Result<Completion>>;
}
