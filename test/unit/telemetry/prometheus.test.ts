import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { prometheus } from "../../../src/telemetry/prometheus.ts";
import { prometheusAlerts, prometheusVector, telemetryServer, type Reply, type TelemetryServer } from "../../contract/telemetry-server.ts";

let server: TelemetryServer;
beforeEach(async () => {
  server = await telemetryServer(() => prometheusAlerts());
});
afterEach(() => server.close());

const answering = (reply: Reply) => {
  server.reply = () => reply;
  // Only an answer that never ends is to take too long.
  return prometheus({ url: server.url, timeoutMs: reply.stalls === true ? 200 : 10_000 });
};
const data = (value: unknown): Reply => ({ body: { status: "success", data: value } });
const error = (status: number, errorType: string, text: string): Reply => ({ status, body: { status: "error", errorType, error: text } });

const endless = () => Promise.resolve(new Response(new ReadableStream({ pull: (sink) => sink.enqueue(new Uint8Array(1024 * 1024)) })));
const rule = (name: string, query: string, more: object = {}) => ({
  type: "alerting",
  name,
  query,
  duration: 0,
  keepFiringFor: 0,
  ...more,
});

describe("what is asked", () => {
  test("alerts are read below the path prefix of the address", async () => {
    await prometheus({ url: `${server.url}/prometheus/`, headers: { "X-Scope-OrgID": "shop" } }).alerts();
    const headers = { "x-scope-orgid": "shop" };
    expect(server.received).toMatchObject([
      { method: "GET", url: "/prometheus/api/v1/alerts", headers },
      { method: "GET", url: "/prometheus/api/v1/status/runtimeinfo", headers },
    ]);
  });

  test("a query is sent as a form, for it may be longer than an address", async () => {
    const source = answering(prometheusVector());
    await source.query('sum(rate(errors{path=~"/a|/b"}[5m])) + 1');
    expect(server.received).toMatchObject([
      {
        method: "POST",
        url: "/api/v1/query",
        headers: { "content-type": "application/x-www-form-urlencoded;charset=UTF-8" },
        body: "query=sum%28rate%28errors%7Bpath%3D%7E%22%2Fa%7C%2Fb%22%7D%5B5m%5D%29%29+%2B+1",
      },
    ]);
  });

  test("user and password of the address are sent as basic authentication", async () => {
    await prometheus({ url: server.url.replace("//", "//us%C3%A9r:p%40ss@") }).alerts();
    expect(server.received[0]?.headers.authorization).toBe("Basic dXPDqXI6cEBzcw==");
  });

  test("a configured authorization wins over the address", async () => {
    await prometheus({ url: server.url.replace("//", "//user:pass@"), headers: { Authorization: "Bearer abc" } }).alerts();
    expect(server.received[0]?.headers.authorization).toBe("Bearer abc");
  });

  test.each(["prometheus:9090", "file:///etc/passwd", ""])("%j is no address", (url) => {
    expect(() => prometheus({ url })).toThrow("the address of Prometheus is not an http or https URL");
  });

  test("a header that cannot be sent is not quoted", () => {
    expect(() => prometheus({ url: server.url, headers: { authorization: "Bearer a\nb" } })).toThrow(
      /^a header for Prometheus is not valid$/,
    );
  });
});

describe("what is answered", () => {
  test("inactive alerts are left out", async () => {
    const source = answering(prometheusAlerts({ labels: { alertname: "A" }, state: "inactive" }));
    expect(await source.alerts()).toEqual({ ok: true, value: [] });
  });

  test("a scalar is one sample without labels", async () => {
    const source = answering(data({ resultType: "scalar", result: [1795309360.001, "1e+06"] }));
    expect(await source.query("1e6")).toEqual({ ok: true, value: [{ labels: {}, value: 1_000_000 }] });
  });

  test.each<[string, Reply, string, string]>([
    ["a matrix", data({ resultType: "matrix", result: [] }), "refused", "the query answers a matrix, not one number per series"],
    ["a string", data({ resultType: "string", result: [1, "x"] }), "refused", "the query answers a string, not one number per series"],
    [
      "a native histogram",
      data({ resultType: "vector", result: [{ metric: {}, histogram: [1, { count: "3" }] }] }),
      "refused",
      "Prometheus answered with a histogram where a number is needed",
    ],
    [
      "a value that is none",
      prometheusVector({ metric: {}, value: "many" }),
      "malformed",
      "the answer to /api/v1/query is not of its form",
    ],
    ["a bad query", error(400, "bad_data", "1:6: parse error"), "refused", "Prometheus answered bad_data: 1:6: parse error"],
    ["a query too heavy", error(422, "execution", "too many samples"), "refused", "Prometheus answered execution: too many samples"],
    [
      "its own time-out told with 422",
      error(422, "timeout", "query timed out"),
      "unavailable",
      "Prometheus answered timeout: query timed out",
    ],
    ["503", error(503, "timeout", "query timed out"), "unavailable", "Prometheus answered 503"],
    ["500 with a page", { status: 500, body: "<html>" }, "unavailable", "Prometheus answered 500"],
    ["404 with a page", { status: 404, body: "404 page not found" }, "refused", "Prometheus answered 404"],
    ["404 with other JSON", { status: 404, body: { message: "no route" } }, "refused", "Prometheus answered 404"],
    ["401", { status: 401, body: "who?" }, "refused", "Prometheus does not accept our credentials (401)"],
    ["403", { status: 403 }, "refused", "Prometheus does not accept our credentials (403)"],
    ["405", { status: 405 }, "refused", "Prometheus answered 405"],
    [
      "a redirect to a login page",
      { status: 302, headers: { location: "http://127.0.0.1:1/login" } },
      "refused",
      "Prometheus answered with a redirect (302), which is not followed",
    ],
    ["a login page", { body: "<html>log in</html>", headers: { "content-type": "text/html" } }, "malformed", "the answer is not JSON"],
    ["nothing", { body: "" }, "malformed", "the answer is not JSON"],
    [
      "half an answer that never ends",
      { body: prometheusVector().body, stalls: true },
      "unavailable",
      "Prometheus did not answer within 200 ms",
    ],
    ["a hang-up", { hangsUp: true }, "unavailable", "Prometheus could not be reached (UND_ERR_SOCKET)"],
    ["another's JSON", { body: [] }, "malformed", "the answer to /api/v1/query is not of its form"],
  ])("%s", async (_what, reply, kind, reason) => {
    expect(await answering(reply).query("up")).toMatchObject({ ok: false, failure: { kind, reason } });
  });

  test.each<[string, Reply]>([
    ["an alert without a name", prometheusAlerts({ labels: { namespace: "shop" }, state: "firing" })],
    ["an alert in a state that is not known", prometheusAlerts({ labels: { alertname: "A" }, state: "paused" })],
    ["no list of alerts", data({ alerts: null })],
  ])("%s makes the whole answer unreadable, for a part would look like less trouble", async (_what, reply) => {
    expect(await answering(reply).alerts()).toMatchObject({ ok: false, failure: { kind: "malformed", source: "Prometheus" } });
  });

  test("429 says when to come again", async () => {
    const source = answering({ status: 429, headers: { "retry-after": "7" } });
    expect(await source.alerts()).toMatchObject({ failure: { kind: "unavailable", effect: "none", retryAfterMs: 7000 } });
  });

  test("a server that is not there is unavailable, and its code is told", async () => {
    await server.close();
    expect(await prometheus({ url: server.url }).alerts()).toMatchObject({
      failure: { kind: "unavailable", reason: "Prometheus could not be reached (ECONNREFUSED)" },
    });
  });

  test("an answer of more bytes than are taken is cut off", async () => {
    expect(await prometheus({ url: server.url, fetch: endless }).alerts()).toMatchObject({
      failure: { kind: "malformed", reason: "answered more than 33554432 bytes" },
    });
  });

  test("what it writes is shortened, and the password that it repeats is taken out", async () => {
    server.reply = ({ headers }) => error(400, "bad_data", `denied ${headers.authorization} pw\n ${"x".repeat(300)}`);
    const answer = await prometheus({ url: server.url.replace("//", "//user:pw@") }).alerts();
    expect(answer).toMatchObject({ failure: { reason: `Prometheus answered bad_data: denied *** *** ${"x".repeat(185)}…` } });
  });

  test("a token is taken out without its scheme too", async () => {
    server.reply = () => error(400, "bad_data", "token abc-123 has expired");
    const answer = await prometheus({ url: server.url, headers: { authorization: "Bearer abc-123" } }).alerts();
    expect(answer).toMatchObject({ failure: { reason: "Prometheus answered bad_data: token *** has expired" } });
  });
});

describe("soon after its start", () => {
  const startedAt = "2026-11-22T01:00:00.123456789Z";
  const never = "0001-01-01T00:00:00Z";

  /** What it says of itself, and how long after its start; `lastEvaluation` of each of its groups. */
  function young(afterMs: number, lastEvaluations: readonly (string | undefined)[], runtime: Reply = data({ startTime: startedAt })) {
    const headers = { date: new Date(Date.parse(startedAt) + afterMs).toUTCString() };
    server.reply = ({ url }) => {
      if (url.includes("runtimeinfo")) return { headers, ...runtime };
      if (url.includes("rules"))
        return { headers, ...data({ groups: lastEvaluations.map((lastEvaluation) => ({ rules: [], lastEvaluation })) }) };
      return { headers, ...prometheusAlerts() };
    };
    return prometheus({ url: server.url, name: "Prometheus 2" }).alerts();
  }

  test.each<[string, Parameters<typeof young>, boolean]>([
    ["all its rules were evaluated", [40_000, ["2026-11-22T01:00:20Z", "2026-11-22T01:00:30Z"]], true],
    ["one group was not evaluated yet", [40_000, ["2026-11-22T01:00:20Z", never]], false],
    ["none was evaluated yet", [2_000, [never]], false],
    ["it has no rules", [2_000, []], true],
    ["a quarter of an hour has passed", [901_000, [never]], true],
    ["it does not tell when it was started", [2_000, [never], { status: 404, body: "404 page not found" }], true],
  ])("%s: %#", async (_what, [afterMs, groups, runtime], believed) => {
    const answer = await young(afterMs, groups, runtime);
    expect(answer.ok).toBe(believed);
    expect(server.received.length).toBeLessThanOrEqual(3);
  });

  test("why it is not believed is told", async () => {
    expect(await young(40_000, [never])).toMatchObject({
      failure: { kind: "unavailable", reason: "Prometheus 2 was started 40 s ago: not all its rules were evaluated since" },
    });
  });
});

describe("how long rules take to show a change", () => {
  const rules = data({
    groups: [
      {
        name: "g",
        rules: [
          { type: "recording", name: "job:errors:rate30m", query: "sum(rate(errors[30m]))" },
          { type: "recording", name: "job:errors:rate30m", query: "sum(rate(errors[10m]))" },
          rule("Plain", "up == 0"),
          rule("Held", "rate(errors[5m]) > 0", { duration: 600 }),
          rule("Lingering", "rate(errors[5m]) > 0", { duration: 60, keepFiringFor: 900 }),
          rule("Recorded", "job:errors:rate30m > 0", { duration: 120 }),
        ],
      },
    ],
  });

  test.each([
    [[], 0],
    [["Unheard"], 0],
    [["job:errors:rate30m"], 0],
    [["Plain"], 0],
    [["Held"], 900_000],
    [["Lingering"], 1_200_000],
    [["Recorded"], 1_920_000],
    [["Plain", "Held", "Recorded"], 1_920_000],
  ])("%j: %d ms", async (names, horizonMs) => {
    expect(await answering(rules).ruleHorizonMs(names)).toEqual({ ok: true, value: horizonMs });
  });

  test("is not known when the rules cannot be read", async () => {
    expect(await answering({ status: 503 }).ruleHorizonMs(["Held"])).toMatchObject({ ok: false });
  });
});
