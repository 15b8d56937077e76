import { describe, expect, test } from "vitest";
import { decodeInbox, inboxKey } from "../../../src/alert/inbox.ts";
import { fixture, noonMs, openDoors, secret } from "./doors.ts";

const frontend = { partition: "subject#production/shop/frontend", sort: "inbox" };

function payload(alerts: readonly unknown[]): string {
  return JSON.stringify({ version: "4", alerts });
}

function down(labels: Readonly<Record<string, string>>): unknown {
  return { status: "firing", labels: { alertname: "Down", ...labels }, startsAt: "2026-11-20T09:00:00Z" };
}

describe("a delivery that can be recorded", () => {
  test("is answered 202 after it is in the inbox of its subject, due now, and the runner is woken", async () => {
    const doors = openDoors();
    const answer = await doors.alerts(fixture("single"));
    expect(answer.status).toBe(202);
    expect(await answer.json()).toEqual({ recorded: 1, known: 0, rejected: [], subjects: ["production/shop/frontend"] });
    expect(doors.woken).toEqual([frontend]);
    const stored = await doors.ledger.get(frontend);
    if (!stored.ok || stored.value === undefined) throw new Error("not stored");
    expect(stored.value.version).toBe(1);
    expect(stored.value.index).toEqual({ name: "due", atMs: noonMs });
    const inbox = decodeInbox(stored.value.body);
    expect(inbox).toMatchObject({ ok: true, value: { cluster: "production", commands: [] } });
    expect(inbox.ok && Object.keys(inbox.value.episodes)).toEqual(["5e0d3a9c41b7f286@2026-11-20T09:15:03.123Z"]);
  });

  test("makes one inbox and one write of thirty identical ones", async () => {
    const doors = openDoors();
    const answers = [];
    for (let count = 0; count < 30; count += 1) answers.push(await doors.alerts(fixture("single")));
    expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 30 }, () => 202));
    expect(await answers[29]?.json()).toMatchObject({ recorded: 0, known: 1 });
    expect(doors.calls).toEqual({ gets: 29, puts: 1 });
    expect(await doors.ledger.query("due", noonMs, 10)).toEqual({ ok: true, value: [frontend] });
    expect(doors.woken).toHaveLength(1);
  });

  test("makes one inbox of thirty identical ones at once", async () => {
    const doors = openDoors();
    const answers = await Promise.all(Array.from({ length: 30 }, () => doors.alerts(fixture("single"))));
    expect(answers.every((answer) => answer.status === 202)).toBe(true);
    expect(await doors.ledger.get(frontend)).toMatchObject({ ok: true, value: { version: 1 } });
    expect(doors.woken).toHaveLength(1);
  });

  test("puts the alerts of a group into the inboxes of their owners", async () => {
    const doors = openDoors();
    const answer = await doors.alerts(fixture("group"));
    expect(await answer.json()).toEqual({
      recorded: 4,
      known: 0,
      rejected: [],
      subjects: ["production/shop/frontend", "production/shop/payment"],
    });
    expect(doors.calls).toEqual({ gets: 0, puts: 2 });
  });

  test("is one call to the ledger where nobody was heard of, one where it is known, and two where it is news", async () => {
    const doors = openDoors();
    await doors.alerts(fixture("single"));
    expect(doors.calls).toEqual({ gets: 0, puts: 1 });
    await doors.alerts(fixture("single"));
    expect(doors.calls).toEqual({ gets: 1, puts: 1 });
    await doors.alerts(fixture("resolved"));
    expect(doors.calls).toEqual({ gets: 2, puts: 2 });
  });

  test("is found in the ledger by a process that has not met its subject", async () => {
    const first = openDoors();
    await first.alerts(fixture("single"));
    const again = openDoors({ ledger: first.ledger });
    expect(await (await again.alerts(fixture("single"))).json()).toMatchObject({ recorded: 0, known: 1 });
    const ended = openDoors({ ledger: first.ledger });
    expect(await (await ended.alerts(fixture("resolved"))).json()).toMatchObject({ recorded: 1, known: 0 });
    expect(await first.ledger.get(frontend)).toMatchObject({ ok: true, value: { version: 2 } });
  });

  test("marks what has resolved, in a second write", async () => {
    const doors = openDoors();
    await doors.alerts(fixture("single"));
    expect(await (await doors.alerts(fixture("resolved"))).json()).toMatchObject({ recorded: 1, known: 0 });
    const stored = await doors.ledger.get(frontend);
    const inbox = stored.ok && stored.value ? decodeInbox(stored.value.body) : undefined;
    expect(inbox?.ok && Object.values(inbox.value.episodes).map((episode) => episode.status)).toEqual(["resolved"]);
    expect(stored).toMatchObject({ ok: true, value: { version: 2 } });
  });

  test("needs no write when it is a resolution of the unknown, a heartbeat or empty", async () => {
    const doors = openDoors();
    for (const body of [fixture("resolved"), fixture("watchdog"), payload([])]) expect((await doors.alerts(body)).status).toBe(202);
    expect(doors.calls.puts).toBe(0);
  });

  test("keeps four of five when one is malformed", async () => {
    const doors = openDoors();
    const answer = await doors.alerts(fixture("one-malformed"));
    expect(answer.status).toBe(202);
    expect(await answer.json()).toEqual({
      recorded: 4,
      known: 0,
      rejected: [{ index: 2, reason: "labels.alertname is missing" }],
      subjects: ["production/shop/frontend", "production/shop/payment", "production/shop/cart"],
    });
  });

  test("goes to the cluster that it names; an unknown one is refused with its name", async () => {
    const doors = openDoors();
    const answer = await doors.alerts(
      payload([down({ cluster: "staging", app: "a", namespace: "x" }), down({ cluster: "mars", app: "a" })]),
    );
    expect(answer.status).toBe(202);
    expect(await answer.json()).toEqual({
      recorded: 1,
      known: 0,
      rejected: [{ index: 1, reason: "cluster mars is not configured" }],
      subjects: ["staging/x/a"],
    });
    expect(doors.woken).toEqual([inboxKey("staging", "x/a")]);
  });

  test("says that a truncated group is a wrong configuration, in the log", async () => {
    const doors = openDoors();
    await doors.alerts(fixture("truncated"));
    expect(doors.lines.filter((line) => line.includes("max_alerts"))).toHaveLength(1);
  });

  test("is recorded although the runner cannot be woken", async () => {
    const doors = openDoors({
      wake: () => {
        throw new Error("no queue");
      },
    });
    expect((await doors.alerts(fixture("single"))).status).toBe(202);
    expect(doors.lines.join("\n")).toContain("no queue");
  });
});

describe("a delivery that cannot be taken", () => {
  test.each([
    ["not JSON", "{", 400, "The body is not JSON."],
    ["not UTF-8", new Uint8Array([0x22, 0xff, 0x22]), 400, "The body is not JSON."],
    ["empty", "", 400, "Not an Alertmanager webhook payload of version 4: "],
    ["another version", '{"version":"3","alerts":[]}', 400, "Not an Alertmanager webhook payload of version 4: "],
    ["wholly malformed", payload([{}, 7]), 400, "No alert of the payload can be taken."],
    ["for unknown clusters only", payload([down({ cluster: "mars" })]), 400, "No alert of the payload can be taken."],
  ])("%s is answered as a problem", async (_, body, status, detail) => {
    const doors = openDoors();
    const answer = await doors.alerts(body);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    const problem = (await answer.json()) as { readonly detail: string };
    expect(problem).toMatchObject({ type: "about:blank", title: "Bad Request", status: 400 });
    expect(problem.detail).toContain(detail);
    expect(doors.calls).toEqual({ gets: 0, puts: 0 });
  });

  test("a body over the cap is 413 by its Content-Length, unread", async () => {
    const answer = await openDoors().alerts("{}", { "content-length": "5000001" });
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ title: "Content Too Large", detail: "The body is larger than 5000000 bytes." });
  });

  test("a body over the cap without Content-Length is 413, and is not read to its end", async () => {
    const doors = openDoors();
    let pulled = 0;
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        pulled += 1;
        controller.enqueue(new Uint8Array(1_000_000));
      },
      cancel: () => {
        cancelled = true;
      },
    });
    const headers = { authorization: `Bearer ${secret}` };
    // `duplex` is required for a stream and missing in the type.
    const init: RequestInit & { readonly duplex: "half" } = { method: "POST", body, duplex: "half", headers };
    expect((await doors.app.request("/alerts", init)).status).toBe(413);
    expect(pulled).toBeLessThan(10);
    expect(cancelled).toBe(true);
  });
});

describe("while the ledger does not answer", () => {
  test("the answer is 503 with Retry-After, and the next try is recorded", async () => {
    const doors = openDoors();
    doors.switchOff(true);
    const refused = await doors.alerts(fixture("single"));
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("3");
    expect(await refused.json()).toMatchObject({ title: "Service Unavailable", recorded: 0 });
    expect(doors.woken).toEqual([]);
    doors.switchOff(false);
    expect((await doors.alerts(fixture("single"))).status).toBe(202);
    expect(doors.calls).toEqual({ gets: 0, puts: 2 });
  });

  test("an inbox that cannot be read is left alone", async () => {
    const doors = openDoors();
    await doors.ledger.put({ ...frontend, version: 1, body: '{"schema":2}' });
    expect((await doors.alerts(fixture("single"))).status).toBe(503);
    expect(await doors.ledger.get(frontend)).toMatchObject({ ok: true, value: { version: 1, body: '{"schema":2}' } });
  });
});

test("somebody else's write in between is read again, and an earlier due time stays", async () => {
  const doors = openDoors();
  await doors.alerts(fixture("single"));
  const stored = await doors.ledger.get(frontend);
  if (!stored.ok || stored.value === undefined) throw new Error("not stored");
  const { body } = stored.value;
  const marked = JSON.stringify({ ...(JSON.parse(body) as object), incidentId: "i1" });
  let disturbed = false;
  const racing = openDoors({
    ledger: {
      ...doors.ledger,
      put: async (item) => {
        if (!disturbed) {
          disturbed = true;
          await doors.ledger.put({ ...frontend, version: 2, body: marked, index: { name: "due", atMs: noonMs - 1_000 } });
        }
        return doors.ledger.put(item);
      },
    },
  });
  expect((await racing.alerts(fixture("group"))).status).toBe(202);
  const after = await doors.ledger.get(frontend);
  expect(after).toMatchObject({ ok: true, value: { version: 3, index: { name: "due", atMs: noonMs - 1_000 } } });
  const inbox = after.ok && after.value ? decodeInbox(after.value.body) : undefined;
  expect(inbox).toMatchObject({ ok: true, value: { incidentId: "i1" } });
  expect(inbox?.ok && Object.keys(inbox.value.episodes)).toHaveLength(3);
});
