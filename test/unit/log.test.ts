import { describe, expect, test } from "vitest";
import { createLog, type LogFields, type LogLevel } from "../../src/log.ts";

const clock = { nowMs: () => Date.UTC(2026, 10, 20, 12) };

function lineOf(fields: LogFields, message = "hello"): Record<string, unknown> {
  const lines: string[] = [];
  createLog({ write: (line) => lines.push(line), clock, level: "info" }).info(message, fields);
  return JSON.parse(lines[0] ?? "{}") as Record<string, unknown>;
}

test("a line begins with its time, level and message", () => {
  const lines: string[] = [];
  createLog({ write: (line) => lines.push(line), clock, level: "info" }).info("alert recorded", { subject: "shop/frontend" });
  expect(lines).toEqual(['{"time":"2026-11-20T12:00:00.000Z","level":"info","message":"alert recorded","subject":"shop/frontend"}']);
});

test.each<readonly [LogLevel, readonly string[]]>([
  ["debug", ["debug", "info", "warn", "error"]],
  ["warn", ["warn", "error"]],
  ["error", ["error"]],
])("the level %s writes that and above", (level, expected) => {
  const lines: string[] = [];
  const log = createLog({ write: (line) => lines.push(line), clock, level });
  log.debug("x");
  log.info("x");
  log.warn("x");
  log.error("x");
  expect(lines.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual(expected);
});

test("a log with fields adds them to every line", () => {
  const lines: string[] = [];
  const log = createLog({ write: (line) => lines.push(line), clock, level: "info" })
    .with({ cluster: "a" })
    .with({ incident: "i1" });
  log.info("x", { attempt: 2 });
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ cluster: "a", incident: "i1", attempt: 2 });
});

describe("a secret is not written", () => {
  test.each([
    [{ secret: "abc" }, { secret: "[redacted]" }],
    [{ headers: { Authorization: "Bearer abcdef" } }, { headers: { Authorization: "[redacted]" } }],
    [
      { slackToken: ["a"], dbPassword: 7 },
      { slackToken: "[redacted]", dbPassword: "[redacted]" },
    ],
    [{ list: [{ token: "x", name: "y" }] }, { list: [{ token: "[redacted]", name: "y" }] }],
    [{ note: "sent Authorization: Bearer abcdefgh to x" }, { note: "sent Authorization: Bearer [redacted] to x" }],
    [{ tokens: 1_200 }, { tokens: 1_200 }],
  ])("%j", (fields, expected) => {
    expect(lineOf(fields)).toMatchObject(expected);
  });

  test("in an error's message and in the log's own", () => {
    expect(JSON.stringify(lineOf({ error: new Error("refused: Bearer abcdefgh") }, "Basic YWxhZGRpbg==")).includes("abcdefgh")).toBe(false);
    expect(lineOf({}, "Basic YWxhZGRpbg==")["message"]).toBe("Basic [redacted]");
  });
});

describe("anything can be logged", () => {
  test("a circle, a bigint, a function, nothing and a long text", () => {
    const circle: Record<string, unknown> = { name: "c" };
    circle["self"] = circle;
    const line = lineOf({ circle, big: 7n, call: () => 1, nothing: null, missing: undefined, long: "x".repeat(3_000) });
    expect(line).toMatchObject({ big: "7", call: "[function]", nothing: null });
    expect(line["long"]).toHaveLength(2_001);
    expect(JSON.stringify(line["circle"])).toContain("[deeper]");
  });
});
