import { describe, expect, test } from "vitest";
import { admit } from "../../../src/alert/admission.ts";
import { heardByHand } from "../../../src/alert/by-hand.ts";
import { decodeInbox, encodeInbox } from "../../../src/alert/inbox.ts";
import { subjectOf } from "../../../src/alert/subject.ts";
import type { HandTarget } from "../../../src/alert/target.ts";

const target: HandTarget = { kind: "Deployment", namespace: "shop", name: "payment" };
const about = { cluster: "demo", subject: { namespace: "shop", kind: "Deployment", name: "payment", key: "shop/payment" } };
const request = { target, text: "payment answers errors", by: "alice", digest: "d1" };

describe("what a person asked, in the inbox", () => {
  test.each<readonly [HandTarget, string]>([
    [target, "shop/payment"],
    [{ kind: "Service", namespace: "shop", name: "payment" }, "shop/payment"],
    [{ kind: "StatefulSet", namespace: "shop", name: "orders-db" }, "shop/orders-db"],
    [{ kind: "DaemonSet", namespace: "shop", name: "agent" }, "shop/agent"],
    [{ kind: "Namespace", namespace: "shop", name: "shop" }, "namespace/shop"],
    [{ kind: "Deployment", namespace: "node", name: "web" }, "~node/web"],
  ])("is about the subject that an alert about it would be about: %o", (of, key) => {
    const subject = subjectOf(heardByHand({ ...request, target: of }, 1_000).labels);
    expect([subject.key, subject.kind, subject.name]).toEqual([key, of.kind, of.name]);
  });

  test("holds the words in one line, and not all of a long letter", () => {
    expect(heardByHand({ ...request, text: "  one\n\ttwo  " }, 1_000).summary).toBe("one two");
    expect(heardByHand({ ...request, text: "x".repeat(1_000) }, 1_000).summary?.length).toBe(300);
  });

  test("is taken once, whenever it is sent again, and read back as it was", () => {
    const first = admit(undefined, about, [heardByHand(request, 1_000)], 1_000);
    expect(first.reason).toBe("first seen");
    if (first.next === undefined) throw new Error("nothing was taken");
    expect(decodeInbox(encodeInbox(first.next))).toMatchObject({ ok: true, value: { subject: about.subject } });
    expect(Object.values(first.next.episodes)).toMatchObject([
      { name: "StartedByHand", summary: "payment answers errors", asked: { by: "alice" } },
    ]);
    expect(admit(first.next, about, [heardByHand(request, 500_000)], 500_000).reason).toBe("already known");
    const [key = "", episode] = Object.entries(first.next.episodes)[0] ?? [];
    const over = {
      ...first.next,
      episodes: episode === undefined ? {} : { [key]: { ...episode, status: "resolved", resolvedAtMs: 2_000 } as const },
    };
    expect(admit(over, about, [heardByHand(request, 9_000_000)], 9_000_000).reason).toBe("already known");
    expect(admit(over, about, [heardByHand({ ...request, digest: "d2" }, 9_000_000)], 9_000_000).reason).toBe("another episode");
  });
});
