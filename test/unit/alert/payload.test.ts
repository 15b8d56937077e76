import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fingerprintOf } from "../../../src/alert/fingerprint.ts";
import { episodeKey, parsePayload, type Payload } from "../../../src/alert/payload.ts";

function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../fixtures/alertmanager/${name}.json`, import.meta.url), "utf8"));
}

function parsed(json: unknown): Payload {
  const result = parsePayload(json);
  if (!result.ok) throw new Error(`not parsed: ${JSON.stringify(result.failure)}`);
  return result.value;
}

const good = { status: "firing", labels: { alertname: "Down" }, startsAt: "2026-11-20T09:00:00Z" };

function one(change: Readonly<Record<string, unknown>>): Payload {
  return parsed({ version: "4", alerts: [{ ...good, ...change }] });
}

describe("a payload as Alertmanager sends it", () => {
  test("gives the alert with its own status, times and summary", () => {
    const payload = parsed(fixture("single"));
    expect(payload.groupKey).toBe('{}/{severity=~"critical|warning"}:{namespace="shop"}');
    expect(payload.receiver).toBe("stratus");
    expect(payload.externalURL).toBe("http://alertmanager-main-0:9093");
    expect(payload.alerts).toHaveLength(1);
    expect(payload.alerts[0]).toMatchObject({
      index: 0,
      name: "KubeDeploymentReplicasMismatch",
      fingerprint: "5e0d3a9c41b7f286",
      status: "firing",
      startsAtMs: 1_795_166_103_123,
      severity: "warning",
      summary: "Deployment has not matched the expected number of replicas.",
    });
    expect(payload.alerts[0]).not.toHaveProperty("endsAtMs");
  });

  test("may carry fields that a newer release adds", () => {
    const payload = parsed(fixture("group"));
    expect(payload.alerts.map((alert) => alert.index)).toEqual([0, 1, 2, 3]);
    expect(payload.rejected).toEqual([]);
  });

  test("says how many alerts were cut off", () => {
    expect(parsed(fixture("truncated")).truncatedAlerts).toBe(3);
  });

  test("counts by the status of each alert, not by the one at the top", () => {
    expect(parsed(fixture("mixed")).alerts.map((alert) => alert.status)).toEqual(["resolved", "firing"]);
    expect(parsed(fixture("resolved")).alerts[0]?.endsAtMs).toBe(1_795_167_063_123);
  });

  test("keeps its good alerts when one is malformed", () => {
    const payload = parsed(fixture("one-malformed"));
    expect(payload.alerts.map((alert) => alert.index)).toEqual([0, 1, 3, 4]);
    expect(payload.rejected).toEqual([{ index: 2, reason: "labels.alertname is missing" }]);
  });
});

describe("what is no payload of version 4", () => {
  test.each([
    ["null", null],
    ["a text", "firing"],
    ["a list", []],
    ["an object without a version", { alerts: [] }],
    ["another version", { version: "3", alerts: [] }],
    ["a number for a version", { version: 4, alerts: [] }],
    ["no list of alerts", { version: "4", alerts: {} }],
  ])("%s is malformed", (_, json) => {
    expect(parsePayload(json)).toMatchObject({ ok: false, failure: { kind: "malformed", source: "webhook payload" } });
  });

  test("an empty list of alerts is a payload", () => {
    expect(parsed({ version: "4", alerts: [] })).toMatchObject({ alerts: [], rejected: [], truncatedAlerts: 0 });
  });
});

describe("an alert is set aside, with its reason, when", () => {
  test.each([
    ["it is no object", [7], "it is no object"],
    ["it has no labels", [{ ...good, labels: ["alertname"] }], "labels is no object"],
    ["a label is no text", [{ ...good, labels: { alertname: "Down", port: 80 } }], "labels.port is no text"],
    ["it has no name", [{ ...good, labels: {} }], "labels.alertname is missing"],
    ["its name is empty", [{ ...good, labels: { alertname: "" } }], "labels.alertname is missing"],
    ["its status is unknown", [{ ...good, status: "suppressed" }], "status is neither firing nor resolved"],
    ["its start is no time", [{ ...good, startsAt: "yesterday 1" }], "startsAt is no RFC 3339 time"],
    ["its start is Go's zero time", [{ ...good, startsAt: "0001-01-01T00:00:00Z" }], "startsAt is no RFC 3339 time"],
    [
      "a label value is huge",
      [{ ...good, labels: { alertname: "Down", query: "ä".repeat(1_025) } }],
      "label query is longer than 2048 bytes",
    ],
    ["it has too many labels", [{ ...good, labels: manyLabels(65) }], "more than 64 labels"],
  ])("%s", (_, alerts, reason) => {
    expect(parsed({ version: "4", alerts })).toMatchObject({ alerts: [], rejected: [{ index: 0, reason }] });
  });

  test("it comes after the thousandth", () => {
    const payload = parsed({ version: "4", alerts: Array.from({ length: 1_002 }, () => good) });
    expect(payload.alerts).toHaveLength(1_000);
    expect(payload.rejected).toEqual([
      { index: 1_000, reason: "the payload holds more than 1000 alerts" },
      { index: 1_001, reason: "the payload holds more than 1000 alerts" },
    ]);
  });
});

describe("an alert is still read when", () => {
  test("it has as many labels as are allowed", () => {
    expect(one({ labels: manyLabels(64) }).rejected).toEqual([]);
  });

  test("its annotations are of a wrong form", () => {
    expect(one({ annotations: "none" }).alerts).toHaveLength(1);
    expect(one({ annotations: { summary: 7, description: "  slow  " } }).alerts[0]?.summary).toBe("slow");
  });

  test("its summary is long, which is cut", () => {
    expect(one({ annotations: { summary: "x".repeat(400) } }).alerts[0]?.summary).toHaveLength(300);
  });

  test.each([undefined, null, -1, 1.5, "3"])("the count of what was cut off is %j", (truncatedAlerts) => {
    expect(parsed({ version: "4", alerts: [good], truncatedAlerts })).toMatchObject({ alerts: [{ name: "Down" }], truncatedAlerts: 0 });
  });

  test("its labels have names that objects inherit", () => {
    const labels: unknown = JSON.parse('{"alertname":"Down","constructor":"a","toString":"b"}');
    expect(one({ labels }).alerts[0]?.labels).toEqual({ alertname: "Down", constructor: "a", toString: "b" });
    const proto: unknown = JSON.parse('{"alertname":"Down","__proto__":"a"}');
    expect(Object.keys(one({ labels: proto }).alerts[0]?.labels ?? {})).toEqual(["alertname"]);
  });
});

describe("the fingerprint", () => {
  // Printed by github.com/prometheus/common v0.62.0, LabelSet.Fingerprint().
  test.each([
    [{}, "cbf29ce484222325"],
    [{ pod: "frontend-5d4f8c7b9-x2k4z", alertname: "KubePodCrashLooping", namespace: "shop" }, "a6e2e970f1db4970"],
    [{ b: "", alertname: "Größe", a: "ü" }, "77bac224d5976029"],
  ])("of %j is Alertmanager's own", (labels, expected) => {
    expect(fingerprintOf(labels)).toBe(expected);
  });

  test.each([undefined, "", 7, "a b", "x".repeat(65)])("is computed when %j is sent", (fingerprint) => {
    expect(one({ fingerprint }).alerts[0]?.fingerprint).toBe(fingerprintOf({ alertname: "Down" }));
  });
});

describe("the episode", () => {
  test("is the same whatever the time zone and the precision of the sender", () => {
    const zulu = one({ fingerprint: "f1", startsAt: "2026-11-20T09:00:00.1239Z" }).alerts[0];
    const berlin = one({ fingerprint: "f1", startsAt: "2026-11-20T10:00:00.123456789+01:00" }).alerts[0];
    expect([zulu, berlin].map((alert) => alert && episodeKey(alert))).toEqual([
      "f1@2026-11-20T09:00:00.123Z",
      "f1@2026-11-20T09:00:00.123Z",
    ]);
  });
});

function manyLabels(count: number): Record<string, string> {
  return Object.fromEntries([["alertname", "Down"], ...Array.from({ length: count - 1 }, (_, index) => [`label_${index}`, "x"])]);
}
