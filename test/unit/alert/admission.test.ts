import { describe, expect, test } from "vitest";
import { admit, admitCommand, type Admission, type AdmissionReason } from "../../../src/alert/admission.ts";
import { decodeInbox, encodeInbox, inboxKey, type InboxRecord } from "../../../src/alert/inbox.ts";
import type { IncomingAlert } from "../../../src/alert/payload.ts";

const noonMs = Date.UTC(2026, 10, 20, 12);
const minuteMs = 60_000;
const about = { cluster: "production", subject: { namespace: "shop", name: "frontend", key: "shop/frontend" } };

function alert(change: Partial<IncomingAlert> = {}): IncomingAlert {
  return { index: 0, fingerprint: "f1", name: "Down", labels: { alertname: "Down" }, status: "firing", startsAtMs: noonMs, ...change };
}

function resolved(change: Partial<IncomingAlert> = {}): IncomingAlert {
  return alert({ status: "resolved", endsAtMs: noonMs + 5 * minuteMs, ...change });
}

/** What the inbox holds after these deliveries, a minute apart. */
function after(...deliveries: readonly IncomingAlert[]): InboxRecord | undefined {
  let record: InboxRecord | undefined;
  for (const [index, delivery] of deliveries.entries()) record = admit(record, about, [delivery], noonMs + index * minuteMs).next ?? record;
  return record;
}

const eveningMs = noonMs + 360 * minuteMs;

describe("a delivery is named by what it says that is new", () => {
  const rows: readonly (readonly [string, readonly IncomingAlert[], IncomingAlert, AdmissionReason])[] = [
    ["the first alert", [], alert(), "first seen"],
    ["a resend", [alert()], alert(), "already known"],
    ["another alert", [alert()], alert({ fingerprint: "f2" }), "another episode"],
    ["the same alert, fired anew", [alert(), resolved()], alert({ startsAtMs: noonMs + 30 * minuteMs }), "another episode"],
    ["the same alert, anew while its end was never heard", [alert()], alert({ startsAtMs: noonMs + 30 * minuteMs }), "another episode"],
    ["a copy with the earlier start of another Prometheus", [alert()], alert({ startsAtMs: noonMs - 5_000 }), "already known"],
    ["its end", [alert()], resolved(), "resolved"],
    ["its end, again", [alert(), resolved()], resolved(), "already known"],
    ["its end with a start that had moved back", [alert()], resolved({ startsAtMs: noonMs - 5_000 }), "resolved"],
    ["the end of an earlier episode, late", [alert({ startsAtMs: noonMs + 30 * minuteMs })], resolved(), "resolved before it was known"],
    ["an end without its time", [alert()], alert({ status: "resolved" }), "resolved"],
    ["the end of what was never heard", [], resolved(), "resolved before it was known"],
    ["the same episode, hours after its end", [alert(), resolved()], alert(), "firing again"],
    ["the heartbeat", [], alert({ name: "Watchdog", severity: "none" }), "does not count"],
    ["what only informs", [], alert({ severity: "info" }), "does not count"],
    ["kube-prometheus' inhibitor", [alert()], alert({ fingerprint: "f2", name: "InfoInhibitor" }), "does not count"],
  ];

  test.each(rows)("%s", (_, before, delivery, reason) => {
    const admission = admit(after(...before), about, [delivery], eveningMs);
    expect(admission.reason).toBe(reason);
    expect(admission.reasons).toEqual([reason]);
    expect(admission.next === undefined).toBe(!["first seen", "another episode", "firing again", "resolved"].includes(reason));
  });

  test("a copy from a slower peer right after the end changes nothing", () => {
    const record = after(alert(), resolved());
    expect(admit(record, about, [alert()], noonMs + minuteMs + 59_999)).toMatchObject({
      next: undefined,
      reason: "late copy of a resolved alert",
    });
    expect(admit(record, about, [alert()], noonMs + minuteMs + 60_000).reason).toBe("firing again");
  });

  test("an alert that fires again is news by a clock that was set back an hour", () => {
    expect(admit(after(alert(), resolved()), about, [alert()], noonMs - 60 * minuteMs).reason).toBe("firing again");
  });
});

describe("what the inbox holds", () => {
  test("after the first alert", () => {
    const labels = { alertname: "Down", severity: "critical" };
    expect(admit(undefined, about, [alert({ labels, severity: "critical", summary: "It is down." })], noonMs + 7).next).toEqual({
      schema: 1,
      cluster: "production",
      subject: { namespace: "shop", name: "frontend", key: "shop/frontend" },
      episodes: {
        "f1@2026-11-20T12:00:00.000Z": {
          fingerprint: "f1",
          name: "Down",
          labels: { alertname: "Down", severity: "critical" },
          startsAtMs: noonMs,
          status: "firing",
          severity: "critical",
          summary: "It is down.",
          receivedAtMs: noonMs + 7,
        },
      },
      commands: [],
    });
  });

  test("after the end, the episode with the time of the news", () => {
    expect(after(alert(), resolved())?.episodes).toEqual({
      "f1@2026-11-20T12:00:00.000Z": {
        fingerprint: "f1",
        name: "Down",
        labels: { alertname: "Down" },
        startsAtMs: noonMs,
        status: "resolved",
        receivedAtMs: noonMs,
        resolvedAtMs: noonMs + minuteMs,
      },
    });
  });

  test("several alerts of one payload are weighed one after another", () => {
    const admission = admit(undefined, about, [alert(), alert(), alert({ fingerprint: "f2" }), resolved()], noonMs);
    expect(admission.reasons).toEqual(["first seen", "already known", "another episode", "resolved"]);
    expect(admission.reason).toBe("first seen");
    expect(Object.values(admission.next?.episodes ?? {}).map((episode) => episode.status)).toEqual(["resolved", "firing"]);
  });

  test("the runner's mark and people's commands stay", () => {
    const command = { id: "c1", type: "approve", by: "alice", atMs: noonMs } as const;
    const record: InboxRecord = { schema: 1, ...about, episodes: {}, commands: [command], incidentId: "i1" };
    expect(admit(record, about, [alert()], noonMs).next).toMatchObject({ incidentId: "i1", commands: [command] });
  });

  test("a later alert may name the controller", () => {
    const clear = { ...about, subject: { ...about.subject, kind: "Deployment" } };
    expect(admit(after(alert()), clear, [alert({ fingerprint: "f2" })], noonMs).next?.subject.kind).toBe("Deployment");
    expect(admit({ schema: 1, ...clear, episodes: {}, commands: [] }, about, [alert()], noonMs).next?.subject.kind).toBe("Deployment");
  });

  test("it survives being stored", () => {
    const record = after(alert(), resolved(), alert({ fingerprint: "f2", summary: "Größe" }));
    if (record === undefined) throw new Error("nothing recorded");
    expect(decodeInbox(encodeInbox(record))).toEqual({ ok: true, value: record });
  });

  test.each(["", "{}", '{"schema":2,"cluster":"production","subject":{"key":"a"},"episodes":{},"commands":[]}'])(
    "%j is refused",
    (body) => {
      expect(decodeInbox(body)).toMatchObject({ ok: false, failure: { kind: "malformed", source: "inbox" } });
    },
  );

  test("it has one place for a subject of a cluster", () => {
    expect(inboxKey("production", "shop/frontend")).toEqual({ partition: "subject#production/shop/frontend", sort: "inbox" });
  });
});

/** Alerts of different fingerprints. */
function many(count: number, change: Partial<IncomingAlert> = {}): readonly IncomingAlert[] {
  return Array.from({ length: count }, (_, index) => alert({ fingerprint: `f${index}`, ...change }));
}

function full(): Admission {
  return admit(undefined, about, many(200), noonMs);
}

describe("the bounds", () => {
  test("two hundred episodes; the oldest resolved one makes room", () => {
    const ended = admit(full().next, about, [resolved({ fingerprint: "f7" })], noonMs + minuteMs);
    const later = admit(ended.next, about, [resolved({ fingerprint: "f3" })], noonMs + 2 * minuteMs);
    const next = admit(later.next, about, [alert({ fingerprint: "new" })], noonMs + 3 * minuteMs).next;
    expect(Object.keys(next?.episodes ?? {})).toHaveLength(200);
    expect(next?.episodes["f7@2026-11-20T12:00:00.000Z"]).toBeUndefined();
    expect(next?.episodes["f3@2026-11-20T12:00:00.000Z"]?.status).toBe("resolved");
    expect(next?.episodes["new@2026-11-20T12:00:00.000Z"]?.status).toBe("firing");
  });

  test("when all two hundred fire, one more is not news, however often it comes", () => {
    expect(admit(full().next, about, [alert({ fingerprint: "new" })], noonMs)).toEqual({
      next: undefined,
      reason: "the subject's inbox is full",
      reasons: ["the subject's inbox is full"],
    });
  });

  test("an item stays under what a ledger can store", () => {
    const labels = Object.fromEntries(Array.from({ length: 5 }, (_, index) => [`label_${index}`, "ä".repeat(1_000)]));
    const admission = admit(undefined, about, many(60, { labels }), noonMs);
    expect(
      new TextEncoder().encode(encodeInbox(admission.next ?? { schema: 1, ...about, episodes: {}, commands: [] })).length,
    ).toBeLessThan(300_001);
    expect(admission.reasons.filter((reason) => reason === "the subject's inbox is full")).toHaveLength(31);
  });
});

test("what JSON writes six times as long is weighed as it is written", () => {
  const labels = Object.fromEntries(Array.from({ length: 5 }, (_, index) => [`label_${index}`, "\u0001".repeat(1_000)]));
  const admission = admit(undefined, about, many(15, { labels }), noonMs);
  expect(encodeInbox(admission.next ?? { schema: 1, ...about, episodes: {}, commands: [] }).length).toBeLessThan(300_001);
  expect(admission.reasons.filter((reason) => reason === "the subject's inbox is full")).toHaveLength(6);
});

describe("a command", () => {
  const record: InboxRecord = { schema: 1, ...about, episodes: {}, commands: [] };

  test("is kept once", () => {
    const command = { id: "c1", type: "abort", by: "alice", atMs: noonMs } as const;
    const next = admitCommand(record, command);
    expect(next?.commands).toEqual([command]);
    expect(next && admitCommand(next, command)).toBeUndefined();
  });

  test("makes room for itself", () => {
    let next: InboxRecord = record;
    for (let index = 0; index < 60; index += 1) {
      next = admitCommand(next, { id: `c${index}`, type: "acknowledge", by: "alice", atMs: noonMs }) ?? next;
    }
    expect(next.commands).toHaveLength(50);
    expect(next.commands[0]?.id).toBe("c10");
  });
});
