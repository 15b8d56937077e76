import { afterEach, beforeEach, expect, test } from "vitest";
import { alertmanager } from "../../../src/telemetry/alertmanager.ts";
import { alertmanagerAlerts, telemetryServer, type Reply, type TelemetryServer } from "../../contract/telemetry-server.ts";

let server: TelemetryServer;
beforeEach(async () => {
  server = await telemetryServer(() => alertmanagerAlerts());
});
afterEach(() => server.close());

const answering = (reply: Reply) => {
  server.reply = () => reply;
  // Only an answer that never ends is to take too long.
  return alertmanager({ url: server.url, timeoutMs: reply.stalls === true ? 200 : 10_000 });
};

test("silenced, inhibited and not yet processed alerts are asked for, and only this cluster's when told so", async () => {
  await alertmanager({ url: server.url, filters: ['cluster="prod"', 'env!="dev"'] }).alerts();
  expect(server.received.map(({ method, url }) => `${method} ${url}`)).toEqual([
    "GET /api/v2/alerts?active=true&silenced=true&inhibited=true&unprocessed=true&filter=cluster%3D%22prod%22&filter=env!%3D%22dev%22",
  ]);
});

test("an inhibited alert fires all the same", async () => {
  const source = answering(alertmanagerAlerts({ labels: { alertname: "A" }, inhibitedBy: ["d8413e00bd06427b"] }));
  expect(await source.alerts()).toEqual({ ok: true, value: [{ name: "A", labels: { alertname: "A" }, state: "firing", silenced: false }] });
});

test("an alert that is both silenced and inhibited is silenced", async () => {
  const source = answering(alertmanagerAlerts({ labels: { alertname: "A" }, inhibitedBy: ["a"], silencedBy: ["b"] }));
  expect(await source.alerts()).toMatchObject({ value: [{ silenced: true }] });
});

test.each<[string, Reply, string, string]>([
  ["a bad filter", { status: 400, body: '"bad matcher format: x"' }, "refused", "Alertmanager answered 400: bad matcher format: x"],
  [
    "a path that it has not",
    { status: 404, body: { code: 404, message: "path /x was not found" } },
    "refused",
    "Alertmanager answered 404",
  ],
  ["500", { status: 500, body: '"oops"' }, "unavailable", "Alertmanager answered 500"],
  ["HTML", { body: "<!doctype html>" }, "malformed", "the answer is not JSON"],
  [
    "Prometheus' JSON",
    { body: { status: "success", data: { alerts: [] } } },
    "malformed",
    "the answer to /api/v2/alerts is not of its form",
  ],
  ["an alert without a name", alertmanagerAlerts({ labels: { a: "1" } }), "malformed", "an alert has no alertname"],
  ["half an answer", { body: "[{}]", stalls: true }, "unavailable", "Alertmanager did not answer within 200 ms"],
])("%s is a failure", async (_what, reply, kind, reason) => {
  expect(await answering(reply).alerts()).toMatchObject({ ok: false, failure: { kind, reason } });
});

test("of some namespaces only what speaks of them, or of none, is asked for, and what both answers have is told once", async () => {
  const both = { labels: { alertname: "A", namespace: "shop", exported_namespace: "front" } };
  const answers = (url: string) => (url.includes("exported") ? [both] : [both, { labels: { alertname: "B", node: "worker-1" } }]);
  server.reply = ({ url }) => alertmanagerAlerts(...answers(url));
  const read = await alertmanager({ url: server.url, filters: ['cluster="prod"'] }).alerts(["shop", "front", 'x"}']);
  expect(read.ok && read.value.map(({ name }) => name)).toEqual(["A", "B"]);
  const filters = server.received.map(({ url }) => new URL(url, server.url).searchParams.getAll("filter").join(" "));
  expect(filters.toSorted()).toEqual(['cluster="prod" exported_namespace=~"shop|front"', 'cluster="prod" namespace=~"shop|front|"']);
});

test("when one of two answers fails there is none", async () => {
  server.reply = ({ url }) => (url.includes("exported") ? { status: 503 } : alertmanagerAlerts());
  expect(await alertmanager({ url: server.url }).alerts(["shop"])).toMatchObject({ ok: false, failure: { kind: "unavailable" } });
});

const uptime = "2026-11-22T01:00:00.000Z";
function afterStart(afterMs: number, alone: boolean, status: Reply = { body: { uptime, cluster: { status: "ready" } } }) {
  const headers = { date: new Date(Date.parse(uptime) + afterMs).toUTCString() };
  server.reply = ({ url }) => ({ headers, ...(url === "/api/v2/status" ? status : alertmanagerAlerts()) });
  return alertmanager({ url: server.url, alone }).alerts();
}

test.each<[string, Parameters<typeof afterStart>, boolean]>([
  ["alone, it may have forgotten what fires", [60_000, true], false],
  ["alone, and everything was sent to it again", [150_000, true], true],
  ["beside a Prometheus, which has not forgotten", [60_000, false], true],
  ["alone, and it does not tell when it was started", [60_000, true, { status: 404, body: "{}" }], true],
])("soon after its start, %s: %#", async (_what, [afterMs, alone, status], believed) => {
  expect((await afterStart(afterMs, alone, status)).ok).toBe(believed);
});

test("why it is not believed is told", async () => {
  expect(await afterStart(60_000, true)).toMatchObject({
    failure: { reason: "Alertmanager was started 60 s ago: not all that fires was sent to it again yet" },
  });
});
