import { describe, expect, test } from "vitest";
import { loadInbox } from "../../../src/inbox/change.ts";
import { inboxKey } from "../../../src/alert/inbox.ts";
import type { Found, HandTarget } from "../../../src/alert/target.ts";
import { refused, success, unavailable } from "../../../src/failure.ts";
import type { Result } from "../../../src/failure.ts";
import type { IncidentReader } from "../../../src/http/incidents.ts";
import { openDoors, secret, type Doors } from "./doors.ts";

const payment: HandTarget = { kind: "Deployment", namespace: "shop", name: "payment" };
const found: Found = { kind: "found", target: payment };
const nobody: IncidentReader = {
  list: async () => success([]),
  read: async () => success(undefined),
  command: async () => refused("there is none"),
};

function open(answer: Result<Found> = success(found)) {
  const asked: (readonly [string, string, HandTarget | undefined])[] = [];
  const doors = openDoors({
    incidents: nobody,
    targets: {
      find: async (...question) => {
        asked.push(question);
        return answer;
      },
    },
  });
  return { doors, asked };
}

async function post(doors: Doors, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  const answered = await doors.app.request("/incidents", {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
    headers: { authorization: `Basic ${btoa(`alice:${secret}`)}`, ...headers },
  });
  return { status: answered.status, type: answered.headers.get("content-type"), body: (await answered.json()) as Record<string, unknown> };
}

const request = { text: "payment answers errors" };

describe("POST /incidents", () => {
  test("records what was asked in the inbox of its subject, and wakes the runner", async () => {
    const { doors, asked } = open();
    expect(await post(doors, { ...request, cluster: "staging" })).toMatchObject({
      status: 202,
      body: { cluster: "staging", subject: "shop/payment", target: payment, recorded: true, incidents: "/incidents" },
    });
    expect(asked).toEqual([["staging", "payment answers errors", undefined]]);
    const key = inboxKey("staging", "shop/payment");
    expect(doors.woken).toEqual([key]);
    const inbox = await loadInbox(doors.ledger, key);
    const episodes = inbox.ok ? Object.values(inbox.value?.record.episodes ?? {}) : [];
    expect(episodes).toMatchObject([{ summary: "payment answers errors", asked: { by: "alice" }, status: "firing" }]);
  });

  test("the first cluster is meant when none is named, and a target is handed on as it is", async () => {
    const { doors, asked } = open();
    await post(doors, { ...request, target: payment });
    await post(doors, { ...request, target: { kind: "Namespace", name: "shop" } });
    expect(asked).toEqual([
      ["production", "payment answers errors", payment],
      ["production", "payment answers errors", { kind: "Namespace", namespace: "shop", name: "shop" }],
    ]);
  });

  test("the same within a minute is recorded once, and by its key at any time", async () => {
    const { doors } = open();
    const recorded = async (headers: Readonly<Record<string, string>> = {}, text = request.text) =>
      (await post(doors, { text }, headers)).body["recorded"];
    expect([await recorded(), await recorded(), await recorded({}, "payment is slow")]).toEqual([true, false, true]);
    expect([await recorded({ "idempotency-key": "a" }), await recorded({ "idempotency-key": "a" }, "in other words")]).toEqual([
      true,
      false,
    ]);
    expect(await recorded({ "idempotency-key": "b" })).toBe(true);
    expect(doors.woken.length).toBe(4);
  });

  test.each([
    [{}, "text: "],
    [{ text: "   " }, "text: must say what is wrong"],
    [{ text: "x".repeat(2_001) }, "text: must have at most 2000 characters"],
    [{ text: 7 }, "text: "],
    [{ ...request, mode: "auto" }, 'Unrecognized key: "mode"'],
    [{ ...request, target: { kind: "Secret", namespace: "shop", name: "s" } }, 'target.kind: must be {"kind", "namespace", "name"}'],
    [{ ...request, target: { kind: "Deployment", name: "web" } }, "target.namespace: "],
    [[], "the body: "],
  ])("%o is refused, and the answer says what is expected", async (body, detail) => {
    const { doors, asked } = open();
    const answered = await post(doors, body);
    expect([answered.status, answered.type]).toEqual([400, "application/problem+json"]);
    expect(answered.body["detail"]).toContain(detail);
    expect([asked, doors.calls.puts]).toEqual([[], 0]);
  });

  test("what is no JSON, too long, or has a strange key is refused", async () => {
    const { doors } = open();
    expect((await post(doors, "{")).status).toBe(400);
    expect((await post(doors, `{"text":"${"x".repeat(10_001)}"}`)).status).toBe(413);
    expect((await post(doors, request, { "idempotency-key": "two words" })).status).toBe(400);
    expect((await post(doors, request, { "idempotency-key": "x".repeat(201) })).status).toBe(400);
    expect(doors.calls.puts).toBe(0);
  });

  test("words that are unclear are asked back with what there is", async () => {
    const candidates = [payment, { ...payment, namespace: "staging" }];
    const { doors } = open(success({ kind: "unclear", why: "the words name 2 of them", candidates, more: 3 }));
    expect(await post(doors, request)).toEqual({
      status: 422,
      type: "application/problem+json",
      body: {
        type: "about:blank",
        title: "Unprocessable Content",
        status: 422,
        detail: 'The words name 2 of them: name one as "kind/name" in the text, or as target.',
        cluster: "production",
        candidates,
        more: 3,
      },
    });
    expect(doors.calls.puts).toBe(0);
  });

  test("an unknown cluster is refused with those that are configured", async () => {
    const { doors, asked } = open();
    expect(await post(doors, { ...request, cluster: "moon" })).toMatchObject({
      status: 422,
      body: { detail: "Cluster moon is not configured.", clusters: ["production", "staging"] },
    });
    expect(asked).toEqual([]);
  });

  test("a cluster that does not answer is tried again later, one that may not be read is said so", async () => {
    expect((await post(open(unavailable("no answer")).doors, request)).status).toBe(503);
    expect((await post(open(refused("cannot list Deployments")).doors, request)).body).toMatchObject({ status: 422 });
  });

  test("nothing is promised that is not recorded", async () => {
    const { doors } = open();
    doors.switchOff(true);
    expect((await post(doors, request)).status).toBe(503);
    expect(doors.woken).toEqual([]);
  });

  test("needs a secret", async () => {
    const { doors, asked } = open();
    expect((await doors.app.request("/incidents", { method: "POST", body: JSON.stringify(request) })).status).toBe(401);
    expect(asked).toEqual([]);
  });

  test("is closed where no cluster can be asked", async () => {
    expect((await post(openDoors({ incidents: nobody }), request)).status).toBe(404);
  });
});
