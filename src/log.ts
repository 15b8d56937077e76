/**
 * Structured logs: one JSON object a line, the time and the message first. It must never print a secret: what stands
 * under a telling name is replaced, and so are credentials inside of texts.
 */
import type { Clock } from "./clock.ts";

const levels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof levels)[number];
export type LogFields = Readonly<Record<string, unknown>>;

export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A log whose every line carries these fields too. */
  with(fields: LogFields): Log;
}

export interface LogOptions {
  /** Takes one line without its line end. */
  readonly write: (line: string) => void;
  readonly clock: Pick<Clock, "nowMs">;
  /** The least level that is written. */
  readonly level: LogLevel;
}

const textCharactersMax = 2_000;
const depthMax = 6;
const entriesMax = 100;

/** Never throws: what cannot be written as JSON is described instead. */
export function createLog(options: LogOptions, bound: LogFields = {}): Log {
  const threshold = levels.indexOf(options.level);
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (levels.indexOf(level) < threshold) return;
      const time = new Date(options.clock.nowMs()).toISOString();
      const line = { time, level, message: harmlessText(message) };
      options.write(JSON.stringify(copyHarmless({ ...bound, ...fields }, 0, line)));
    };
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    with: (fields) => createLog(options, { ...bound, ...fields }),
  };
}

const credential = /\b(Bearer|Basic)\s+[\w.~+/=-]{6,}/gi;
/** To look is several times as fast as to replace nothing. */
const mayHoldCredential = /\b(?:Bearer|Basic)\s/i;
const tellingName = /secret|token|authorization|password/i;

function harmless(value: unknown, depth: number): unknown {
  if (typeof value === "string") return harmlessText(value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "function" || typeof value === "symbol") return `[${typeof value}]`;
  if (value instanceof Error) return { name: value.name, message: harmlessText(value.message), stack: harmlessText(value.stack ?? "") };
  if (typeof value !== "object" || value === null) return value;
  if (depth >= depthMax) return "[deeper]";
  if (Array.isArray(value)) return value.slice(0, entriesMax).map((entry) => harmless(entry, depth + 1));
  return copyHarmless(value as LogFields, depth, {});
}

/** A loop over one object, without lists of pairs in between: every request writes two lines. */
function copyHarmless(fields: LogFields, depth: number, copy: Record<string, unknown>): LogFields {
  let count = 0;
  for (const name of Object.keys(fields)) {
    if ((count += 1) > entriesMax) break;
    const value = fields[name];
    copy[name] = isCount(name, value) ? value : hidden(name, value, depth);
  }
  return copy;
}

function hidden(name: string, value: unknown, depth: number): unknown {
  return tellingName.test(name) && value !== undefined ? "[redacted]" : harmless(value, depth + 1);
}

/** How many tokens a model was paid for is no secret. */
function isCount(name: string, value: unknown): boolean {
  return typeof value === "number" && /tokens/i.test(name);
}

function harmlessText(text: string): string {
  const plain = mayHoldCredential.test(text) ? text.replace(credential, "$1 [redacted]") : text;
  return plain.length > textCharactersMax ? `${plain.slice(0, textCharactersMax)}…` : plain;
}
