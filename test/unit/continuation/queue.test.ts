import { describe, expect, test } from "vitest";
import { queueContinuation, readQueueMessage } from "../../../src/continuation/queue.ts";
import type { QueueBinding } from "../../../src/continuation/queue.ts";

const never = new Promise<never>(() => undefined);

function opened(answer: () => Promise<unknown> = async () => undefined, sleep: () => Promise<void> = () => never) {
  const sent: unknown[] = [];
  const queue: QueueBinding = {
    send: (body, options) => {
      sent.push([body, options]);
      return answer();
    },
  };
  return { sent, continuation: queueContinuation({ queue, clock: { sleep } }) };
}

describe("a continuation through a queue", () => {
  const incident = { incidentId: "c0de464aa4", version: 1, hop: 3 };

  test.each([
    { delayMs: 0, delaySeconds: 0 },
    { delayMs: -500, delaySeconds: 0 },
    { delayMs: Number.NaN, delaySeconds: 0 },
    { delayMs: 1, delaySeconds: 1 },
    { delayMs: 10_000, delaySeconds: 10 },
    { delayMs: 10_001, delaySeconds: 11 },
    { delayMs: 43_200_000, delaySeconds: 43_200 },
    { delayMs: 86_400_000, delaySeconds: 43_200 },
    { delayMs: Infinity, delaySeconds: 43_200 },
  ])("a delay of $delayMs ms is one of $delaySeconds s: never early, at most 12 hours", async ({ delayMs, delaySeconds }) => {
    const { sent, continuation } = opened();
    expect(await continuation.schedule(incident, delayMs)).toEqual({ ok: true, value: undefined });
    expect(sent).toEqual([[{ incidentId: "c0de464aa4", version: 1, hop: 3 }, { delaySeconds }]]);
  });

  test("an item that is due is sent at once, by its key alone", async () => {
    const { sent, continuation } = opened();
    const item = { partition: "subject#default/shop/frontend", sort: "inbox", version: 7, body: "not to be sent" };
    await continuation.wake(item);
    expect(sent).toEqual([[{ item: { partition: "subject#default/shop/frontend", sort: "inbox" } }, { delaySeconds: 0 }]]);
  });

  test("a queue that refuses is unavailable, and what it said is not repeated", async () => {
    const { continuation } = opened(() => Promise.reject(new Error("token abc is over its quota")));
    expect(await continuation.schedule(incident, 0)).toEqual({
      ok: false,
      failure: { kind: "unavailable", effect: "unknown", reason: "the queue did not take a message" },
    });
  });

  test("a queue that never answers is given up", async () => {
    const { continuation } = opened(
      () => never,
      async () => undefined,
    );
    expect(await continuation.wake({ partition: "incident#1", sort: "head" })).toEqual({
      ok: false,
      failure: { kind: "unavailable", effect: "unknown", reason: "the queue did not answer within 5 s" },
    });
  });
});

describe("a message of the queue", () => {
  test.each([{ incidentId: "c0de464aa4", version: 1, hop: 0 }, { item: { partition: "incident#c0de464aa4", sort: "head" } }])(
    "%j is read as it was sent",
    (body) => {
      expect(readQueueMessage(body)).toEqual({ ok: true, value: body });
    },
  );

  test.each([undefined, "incident", {}, { incidentId: 7, hop: 0 }, { incidentId: "a", version: 1, hop: -1 }, { item: { partition: "a" } }])(
    "%j is malformed",
    (body) => {
      expect(readQueueMessage(body)).toEqual({
        ok: false,
        failure: { kind: "malformed", source: "queue message", reason: "it names neither an incident nor an item" },
      });
    },
  );
});
