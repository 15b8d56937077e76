/** A question to a model over real HTTP: what comes of each answer, and what each one costs. */
import { afterEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { describeFailure } from "../../../src/failure.ts";
import { memoryLedger } from "../../../src/ledger/memory.ts";
import { createAsker } from "../../../src/model/ask.ts";
import { openAiModel } from "../../../src/model/openai.ts";
import type { Budget } from "../../../src/model/spending.ts";
import { virtualClock } from "../../../src/demo/virtual-clock.ts";
import { modelKey, startModelServer } from "../../support/model-server.ts";
import type { ModelServer, Reply } from "../../support/model-server.ts";

const schema = z.strictObject({ colour: z.enum(["red", "green"]) });
const right: Reply = { says: { colour: "red" } };
const ample: Budget = {
  perIncident: { calls: 10, tokens: 100_000, microdollars: 1_000_000 },
  perDay: { calls: 100, tokens: 1_000_000, microdollars: undefined },
};

let server: ModelServer | undefined;
afterEach(() => server?.stop());

async function asking(replies: readonly Reply[], { budget = ample, key = modelKey, holds = true } = {}) {
  const started = await startModelServer((_call, index) => replies[index] ?? { refuses: "broken" });
  server = started;
  const ledger = memoryLedger();
  const asker = createAsker({
    model: openAiModel({ url: started.url, key, timeoutMs: 300 }),
    ledger,
    clock: virtualClock(Date.UTC(2026, 0, 5, 9)),
    budget,
    prices: { small: { in: 2, out: 10 } },
  });
  const answer = await asker.ask({
    incidentId: "i1",
    model: "small",
    messages: [
      { role: "system", content: "Answer." },
      { role: "user", content: "Which colour?" },
    ],
    name: "colour",
    schema,
    outputTokensMax: 500,
    hold: () => Promise.resolve(holds),
  });
  const spent = async (partition: string, sort: string) => {
    const item = await ledger.get({ partition, sort });
    return item.ok && item.value !== undefined ? (JSON.parse(item.value.body) as unknown) : undefined;
  };
  return {
    told: answer.ok ? answer.value : describeFailure(answer.failure),
    calls: started.calls,
    incident: await spent("incident#i1", "model#spent"),
    day: await spent("model#spent", "2026-01-05"),
  };
}

describe("an answer", () => {
  test("of the right form is taken, and paid for by what the server says that it used", async () => {
    const { told, calls, incident, day } = await asking([right]);
    expect(told).toEqual({ colour: "red" });
    expect(calls).toHaveLength(1);
    expect(calls[0]?.response_format.json_schema.schema).toEqual({
      type: "object",
      properties: { colour: { type: "string", enum: ["red", "green"] } },
      required: ["colour"],
      additionalProperties: false,
    });
    // 1000 * 2 + 100 * 10 millionths of a dollar.
    expect(incident).toEqual({ schema: 1, calls: 1, tokens: 1_100, microdollars: 3_000 });
    expect(day).toEqual(incident);
  });

  test("inside of a fence of markdown is taken as well", async () => {
    expect((await asking([{ says: '```json\n{"colour":"green"}\n```' }])).told).toEqual({ colour: "green" });
  });

  test("in prose is asked for once more, with what was wrong", async () => {
    const { told, calls, incident } = await asking([{ says: "I think it is red." }, right]);
    expect(told).toEqual({ colour: "red" });
    expect(calls[1]?.messages.slice(2)).toEqual([
      { role: "assistant", content: "I think it is red." },
      { role: "user", content: "This is not JSON of the form that was asked for: it is no JSON. Answer with that JSON and nothing else." },
    ]);
    expect(incident).toMatchObject({ calls: 2, tokens: 2_200 });
  });

  test.each<readonly [string, Reply, string]>([
    ["in prose", { says: "Red, surely." }, "it is no JSON"],
    ["of another form", { says: { colour: "blue" } }, "colour: "],
    ["with more than was asked for", { says: { colour: "red", also: 1 } }, "Unrecognized key"],
    ["empty", { says: "" }, "it is no JSON"],
  ])("%s twice is no answer", async (_, reply, problem) => {
    const { told, calls } = await asking([reply, reply, right]);
    expect(told).toContain("the model: its answer is not of the form that was asked for");
    expect(told).toContain(problem);
    expect(calls).toHaveLength(2);
  });

  test("without usage is paid for by an estimate", async () => {
    const { incident } = await asking([{ says: { colour: "red" }, usage: "left out" }]);
    expect(incident).toMatchObject({ calls: 1 });
    expect((incident as { tokens: number }).tokens).toBeGreaterThan(50);
    expect((incident as { tokens: number }).tokens).toBeLessThan(300);
  });
});

describe("a server", () => {
  test.each<readonly [string, readonly Reply[], string, number, number]>([
    ["that is busy is asked once more", [{ refuses: "busy", retryAfterSeconds: 1 }, right], "", 2, 2],
    ["that is busy for long is left alone", [{ refuses: "busy", retryAfterSeconds: 60 }, right], "the model answered 429", 1, 1],
    ["that stays busy is left alone", [{ refuses: "busy" }, { refuses: "busy" }, right], "the model answered 429", 2, 2],
    ["that is broken is asked once more", [{ refuses: "broken" }, right], "", 2, 2],
    ["whose account is empty is not asked again", [{ refuses: "poor" }, right], "the model's account has no quota left (429)", 1, 1],
    ["that knows no such model is not asked again", [{ refuses: "unknown" }, right], "the model answered 404, model_not_found", 1, 1],
    ["for which it is too long is not asked again", [{ refuses: "long" }, right], "the model answered 400, context_length_exceeded", 1, 1],
    ["that says nothing is not waited for", [{ hangs: true }, right], "the model did not answer within 0.3 s", 1, 1],
    ["that stops in the middle is not waited for", [{ hangs: "after its head" }, right], "the model did not answer within 0.3 s", 1, 1],
    ["that answers no JSON has not answered", [{ body: "<html>" }, right], "the model: its answer is", 1, 1],
    ["that answers another form has not answered", [{ body: "{}" }, right], "the model: its answer is no chat completion", 1, 1],
    [
      "that answers without end is cut off",
      [{ body: `{"x":"${"x".repeat(2_000_000)}"}` }, right],
      "the model: its answer is too long",
      1,
      1,
    ],
    [
      "that leads elsewhere is not followed",
      [{ body: "", status: 302, headers: { location: "http://127.0.0.1:1/" } }, right],
      "the model answered 302",
      1,
      1,
    ],
  ])("%s", async (_, replies, told, calls, paid) => {
    const asked = await asking(replies);
    if (told === "") expect(asked.told).toEqual({ colour: "red" });
    else expect(asked.told).toContain(told);
    expect(asked.calls).toHaveLength(calls);
    expect(asked.incident).toMatchObject({ calls: paid });
  });

  test("that does not know our key is told of, and the key is not", async () => {
    const { told } = await asking([right], { key: "sk-wrong" });
    expect(told).toBe("the model does not accept our key (401)");
  });

  test("what is lost on its way stays paid for at its worst", async () => {
    const { incident } = await asking([{ hangs: true }]);
    expect((incident as { tokens: number }).tokens).toBeGreaterThan(500);
  });
});

describe("before a call", () => {
  const incidents = (change: Partial<Budget["perIncident"]>): Budget => ({ ...ample, perIncident: { ...ample.perIncident, ...change } });
  test.each<readonly [Budget, string]>([
    [incidents({ calls: 0 }), "the 0 model calls of this incident are used up"],
    [incidents({ tokens: 400 }), "one more model call could exceed the 400 tokens of this incident"],
    [incidents({ microdollars: 1_000 }), "one more model call could exceed the 0.001 dollars of this incident"],
    [{ ...ample, perDay: { ...ample.perDay, calls: 0 } }, "the 0 model calls of this day are used up"],
  ])("%o: %s", async (budget, told) => {
    const asked = await asking([right], { budget });
    expect(asked.told).toBe(told);
    expect(asked.calls).toEqual([]);
    expect([undefined, { schema: 1, calls: 0, tokens: 0, microdollars: 0 }]).toContainEqual(asked.incident);
  });

  test("an incident that is no longer ours is not spent on", async () => {
    const asked = await asking([right], { holds: false });
    expect(asked.told).toBe("another process has taken the incident");
    expect({ calls: asked.calls, day: asked.day }).toEqual({ calls: [], day: undefined });
  });
});
