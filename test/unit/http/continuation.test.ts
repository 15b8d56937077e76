import { describe, expect, test } from "vitest";
import type { Continuation } from "../../../src/continuation/continuation.ts";
import { openDoors } from "./doors.ts";

const body = '{"incident":"c0de464aa4","version":7,"hop":3,"exp":1795176060}';
const byCurrent = "v1=c2f098a5fa7984f74c1bb235b3388cc43cf58db96ebd6f4d6ef54ebff7490011";
const byPrevious = "v1=cb84cbd70d4e50a494ae7d28eba87a1b5169faaafd6399bd61da071df3be1996";
const expiredBody = '{"incident":"c0de464aa4","version":7,"hop":3,"exp":1795176000}';
const expired = "v1=c2092eb0103f344f8ae626fb9270e3481938e8bc2843aa740d45e90201f107ff";

function openContinuations(resume: (continuation: Continuation) => void | Promise<void> = () => undefined) {
  const resumed: Continuation[] = [];
  const doors = openDoors({
    continuation: {
      keys: ["current-key-of-the-tests", "previous-key-of-the-tests"],
      resume: (continuation) => {
        resumed.push(continuation);
        return resume(continuation);
      },
    },
  });
  const post = (text: string, signature?: string) =>
    doors.app.request("/continue", {
      method: "POST",
      body: text,
      headers: { "content-type": "application/json", ...(signature === undefined ? {} : { "stratus-signature": signature }) },
    });
  return { ...doors, resumed, post };
}

describe("POST /continue", () => {
  test.each([byCurrent, byPrevious])("starts the step and answers 202 (%s)", async (signature) => {
    const { post, resumed } = openContinuations();
    const answer = await post(body, signature);
    expect(answer.status).toBe(202);
    expect(await answer.json()).toEqual({ incident: "c0de464aa4", version: 7, hop: 3 });
    expect(resumed).toEqual([{ incidentId: "c0de464aa4", version: 7, hop: 3 }]);
  });

  test("answers when the step is done, where it is given that to wait for", async () => {
    const done = Promise.withResolvers<void>();
    const { post } = openContinuations(() => done.promise);
    let answered = false;
    const answer = Promise.resolve(post(body, byCurrent)).then((response) => {
      answered = true;
      return response;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    done.resolve();
    expect((await answer).status).toBe(202);
  });

  test.each([
    { why: "no signature", text: body, signature: undefined },
    { why: "the webhook's secret", text: body, signature: "correct horse" },
    { why: "another body", text: body.replace('"hop":3', '"hop":4'), signature: byCurrent },
    { why: "not JSON, and not signed", text: "{", signature: byCurrent },
  ])("answers 401 to $why, and starts nothing", async ({ text, signature }) => {
    const { post, resumed, lines } = openContinuations();
    const answer = await post(text, signature);
    expect(answer.status).toBe(401);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.headers.get("www-authenticate")).toBe("Stratus-Signature");
    expect(await answer.json()).toEqual({
      type: "about:blank",
      title: "Unauthorized",
      status: 401,
      detail: "A valid stratus-signature of the body is required.",
    });
    expect(resumed).toEqual([]);
    expect(lines.join("\n")).not.toContain("key-of-the-tests");
  });

  test("answers 410 when it has expired", async () => {
    const { post, resumed } = openContinuations();
    const answer = await post(expiredBody, expired);
    expect(answer.status).toBe(410);
    expect(await answer.json()).toMatchObject({ title: "Gone", detail: "The continuation has expired; the sweep finds what is due." });
    expect(resumed).toEqual([]);
  });

  test("answers 400 to a chain that is too long, though signed", async () => {
    const { post, resumed } = openContinuations();
    const answer = await post(
      '{"incident":"c0de464aa4","version":7,"hop":13,"exp":1795176060}',
      "v1=212f1e1a5ec7417bdb73840c3eddba9005a163818d2a66033c5be16cd44faed3",
    );
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      detail: "Not a continuation: it must be {incident, version, hop, exp} with at most 12 hops in a row.",
    });
    expect(resumed).toEqual([]);
  });

  test("answers 413 to more than a continuation can be", async () => {
    const { post } = openContinuations();
    expect((await post("x".repeat(1_001), byCurrent)).status).toBe(413);
  });

  test("is no door where Stratus does not invoke itself", async () => {
    expect((await openDoors().app.request("/continue", { method: "POST", body })).status).toBe(404);
  });
});
