import { expect, test } from "vitest";
import { success } from "../../../src/failure.ts";
import type { IncidentReport } from "../../../src/notifier/message.ts";
import { redactedNotifier } from "../../../src/notifier/redacted.ts";
import { createRedactor } from "../../../src/redaction/redaction.ts";

const report: IncidentReport = {
  incidentId: "i1",
  cluster: "default",
  subject: "Deployment shop/payment",
  alerts: ["KubePodCrashLooping"],
  state: "closed",
  outcome: "stuck",
  outcomeReason: "password=hunter1",
  diagnosis: ["it says password=hunter2"],
  attempts: [
    { attempt: 1, intent: "password=hunter3", actions: ["kubectl x --password hunter4"], reason: "password=hunter5", hiddenPath: [] },
  ],
  visiblePath: [{ atMs: 1, mu: 3 }],
  byHand: ["kubectl set env deployment/payment DB_PASSWORD=hunter6 -n shop"],
  openedAtMs: 1,
};

test("no field of what people are told keeps a secret, and everything else is as it was", async () => {
  const told: string[] = [];
  const notifier = redactedNotifier(
    {
      name: "recorder",
      notify: (notification) => {
        told.push(JSON.stringify(notification));
        return Promise.resolve(success({ ts: "1" }));
      },
    },
    createRedactor,
  );
  expect(notifier.name).toBe("recorder");
  expect(await notifier.notify({ report, news: ["password=hunter7", "Attempt 1 is kept."], handle: { ts: "0" } })).toEqual(
    success({ ts: "1" }),
  );
  expect(told.join("")).not.toMatch(/hunter/);
  expect(told.join("").match(/<redacted:value:[0-9a-f]{8}>/g)).toHaveLength(7);
  const shown = JSON.parse((told[0] ?? "").replaceAll(/<redacted:value:[0-9a-f]{8}>/g, "x")) as unknown;
  const plain = JSON.parse(
    JSON.stringify({ report, news: ["password=hunter7", "Attempt 1 is kept."], handle: { ts: "0" } }).replaceAll(/hunter\d/g, "x"),
  ) as unknown;
  expect(shown).toEqual(plain);
});
