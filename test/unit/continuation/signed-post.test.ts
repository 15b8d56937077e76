import { describe, expect, test } from "vitest";
import { signedPostContinuation } from "../../../src/continuation/signed-post.ts";

const noonMs = Date.UTC(2026, 10, 20, 12);
const continuation = { incidentId: "c0de464aa4", version: 7, hop: 3 };
const keys = ["current-key-of-the-tests", "previous-key-of-the-tests"];

function posting(answer: (init: RequestInit) => Promise<Response> = async () => new Response(null, { status: 202 })) {
  const slept: number[] = [];
  const sent: { readonly url: string; readonly init: RequestInit }[] = [];
  const port = signedPostContinuation({
    publicUrl: "https://stratus.example/prefix",
    keys,
    clock: { nowMs: () => noonMs, sleep: async (durationMs) => void slept.push(durationMs) },
    answerTimeoutMs: 20,
    fetch: async (url, init) => {
      sent.push({ url, init });
      return answer(init);
    },
  });
  return { port, slept, sent };
}

describe("a continuation by a signed post", () => {
  test("is posted after the wait, signed by the current key, valid for a minute", async () => {
    const { port, slept, sent } = posting();
    expect(await port.schedule(continuation, 10_005)).toEqual({ ok: true, value: undefined });
    expect(slept).toEqual([10_005]);
    expect(sent).toMatchObject([
      {
        url: "https://stratus.example/prefix/continue",
        init: {
          method: "POST",
          redirect: "manual",
          headers: {
            "content-type": "application/json",
            "stratus-signature": "v1=c2f098a5fa7984f74c1bb235b3388cc43cf58db96ebd6f4d6ef54ebff7490011",
          },
          body: '{"incident":"c0de464aa4","version":7,"hop":3,"exp":1795176060}',
        },
      },
    ]);
  });

  test("a wait of more than 15 s is the sweep's: nothing is posted, nobody is held", async () => {
    const { port, slept, sent } = posting();
    expect(await port.schedule(continuation, 15_001)).toEqual({ ok: true, value: undefined });
    expect({ slept, sent }).toEqual({ slept: [], sent: [] });
  });

  test("without a wait nobody sleeps", async () => {
    const { port, slept, sent } = posting();
    await port.schedule(continuation, 0);
    expect(slept).toEqual([]);
    expect(sent).toHaveLength(1);
  });

  test.each([
    { status: 401, failure: { kind: "refused", reason: "Stratus' own address answered a continuation with status 401" } },
    { status: 302, failure: { kind: "refused", reason: "Stratus' own address answered a continuation with status 302" } },
    {
      status: 429,
      failure: { kind: "unavailable", effect: "unknown", reason: "Stratus' own address answered a continuation with status 429" },
    },
    {
      status: 502,
      failure: { kind: "unavailable", effect: "unknown", reason: "Stratus' own address answered a continuation with status 502" },
    },
  ])("an answer of $status is told", async ({ status, failure }) => {
    const { port } = posting(async () => new Response("not shown", { status }));
    expect(await port.schedule(continuation, 0)).toEqual({ ok: false, failure });
  });

  test("an address that is not reached is told without the error's words", async () => {
    const { port } = posting(() => Promise.reject(new Error(`connect ECONNREFUSED ${keys[0]}`)));
    expect(await port.schedule(continuation, 0)).toEqual({
      ok: false,
      failure: { kind: "unavailable", effect: "unknown", reason: "Stratus' own address could not be reached" },
    });
  });

  test("nobody waits for the end of the step: after a moment sent is enough", async () => {
    const { port } = posting(
      (init) => new Promise((_resolve, reject) => init.signal?.addEventListener("abort", () => reject(new Error("aborted")))),
    );
    const startedMs = performance.now();
    expect(await port.schedule(continuation, 0)).toEqual({ ok: true, value: undefined });
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });
});
