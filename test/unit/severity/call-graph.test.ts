import { describe, expect, test } from "vitest";
import { declaredCallSchema, measuredNamespaces, placeCalls, type Call, type SeenCall } from "../../../src/severity/call-graph.ts";

const seen = (from: string, to: string, source: SeenCall["source"] = "service graph"): SeenCall => ({
  from: { name: from },
  to: { name: to },
  source,
});
const call = (from: string, to: string): Call => ({ from, to, source: "declared" });
const edges = (calls: readonly Call[]): readonly string[] => calls.map(({ from, to, source }) => `${from} -> ${to} (${source})`);

describe("placing what was seen", () => {
  const known = ["shop/checkout", "shop/payment", "stall/payment", "stall/frontend"];

  test.each<readonly [string, SeenCall, readonly string[]]>([
    ["bare names that are known once", seen("frontend", "checkout"), ["stall/frontend -> shop/checkout (service graph)"]],
    [
      "a bare name of two namespaces stands for both",
      seen("checkout", "payment"),
      ["shop/checkout -> shop/payment (service graph)", "shop/checkout -> stall/payment (service graph)"],
    ],
    ["a name that nobody knows", seen("gateway", "checkout"), []],
    ["a host name inside the cluster", seen("checkout", "db.data.svc.cluster.local"), ["shop/checkout -> data/db (service graph)"]],
    ["a short host name of a known Service", seen("checkout", "payment.stall"), ["shop/checkout -> stall/payment (service graph)"]],
    ["a host name of the internet", seen("checkout", "api.example"), []],
    ["a name with its namespace before it", seen("checkout", "stall/payment"), ["shop/checkout -> stall/payment (service graph)"]],
    [
      "namespaces that the source tells",
      { from: { name: "gateway", namespace: "front" }, to: { name: "checkout", namespace: "shop" }, source: "istio" },
      ["front/gateway -> shop/checkout (istio)"],
    ],
    ["who calls itself", seen("checkout", "checkout"), []],
    [
      "a name that no object has",
      { from: { name: "../secrets", namespace: "../kube-system" }, to: { name: "checkout", namespace: "shop" }, source: "istio" },
      [],
    ],
  ])("%s", (_what, one, expected) => {
    expect(edges(placeCalls([one], known))).toEqual(expected);
  });

  test("the same edge is kept once, and the first source that knows it is named", () => {
    const calls = placeCalls([seen("checkout", "frontend", "istio"), seen("checkout", "frontend", "traces")], known);
    expect(edges(calls)).toEqual(["shop/checkout -> stall/frontend (istio)"]);
  });

  test("a namespace that one source tells places the bare name of another", () => {
    const declared: SeenCall = {
      from: { name: "gateway", namespace: "front" },
      to: { name: "checkout", namespace: "shop" },
      source: "declared",
    };
    expect(edges(placeCalls([declared, seen("gateway", "frontend")], known))).toContain("front/gateway -> stall/frontend (service graph)");
  });
});

describe("what is measured", () => {
  const calls = [
    call("front/gateway", "shop/frontend"),
    call("shop/frontend", "shop/catalog"),
    call("shop/catalog", "data/db"),
    call("edge/proxy", "front/gateway"),
    call("mobile/app", "front/gateway"),
    call("world/dns", "edge/proxy"),
    call("far/away", "world/dns"),
    call("billing/invoices", "data/db"),
  ];

  test.each([
    ["who calls in, then who calls those, three steps far; not what is called", ["shop"], ["shop", "front", "edge", "mobile", "world"]],
    ["every caller of a database", ["data"], ["data", "billing", "shop", "front", "edge", "mobile"]],
    ["nobody calls", ["mobile"], ["mobile"]],
    ["two namespaces of one incident", ["data", "shop"], ["data", "shop", "billing", "front", "edge", "mobile", "world"]],
    ["none", [], []],
  ])("%s", (_what, namespaces, measured) => {
    expect(measuredNamespaces(calls, namespaces)).toEqual(measured);
  });

  test("at most eight callers, the nearest first", () => {
    const many = Array.from({ length: 12 }, (_, index) => call(`n${String(index).padStart(2, "0")}/a`, "shop/b"));
    expect(measuredNamespaces([...many, call("a/a", "n00/a")], ["shop"])).toEqual([
      "shop",
      "n00",
      "n01",
      "n02",
      "n03",
      "n04",
      "n05",
      "n06",
      "n07",
    ]);
  });
});

test.each([
  [{ from: "shop/frontend", to: "shop/catalog" }, true],
  [{ from: "frontend", to: "shop/catalog" }, false],
  [{ from: "shop/front end", to: "shop/catalog" }, false],
  [{ from: "../a/b", to: "shop/catalog" }, false],
  [{ from: "shop/frontend", to: "shop/catalog", via: "http" }, false],
])("%j can be declared: %s", (declared, can) => {
  expect(declaredCallSchema.safeParse(declared).success).toBe(can);
});
