import { describe, expect, test } from "vitest";
import type { Evidence } from "../../../src/cause/cause.ts";
import { addressLeadsNowhere } from "../../../src/cause/address-leads-nowhere.ts";
import { addressesIn } from "../../../src/cause/address.ts";
import { configMap, container, healthy, running, service, stuckRollout, template, together } from "../../support/evidence.ts";

const target = { kind: "Deployment", namespace: "shop", name: "frontend" };
const told = (value: string) => template("frontend", [container({ env: [{ name: "BACKEND", value }] })]);
const find = (...parts: readonly Partial<Evidence>[]) => addressLeadsNowhere.diagnose(together(...parts));

describe("an address in the settings", () => {
  test.each([
    ["http://stock:9999/echo", "http://stock:9898/echo"],
    ["stock.shop.svc.cluster.local:80", "stock.shop.svc.cluster.local:9898"],
    ["http://10.96.0.10:9999", "http://10.96.0.10:9898"],
  ])("%s, whose Service has only port 9898, is corrected", (wrong, right) => {
    const [found] = find({ ...healthy("frontend", told(wrong)), services: [] }, healthy("stock"));
    expect(found).toMatchObject({ component: target, confidence: 0.82 });
    expect(found?.evidence).toEqual([
      'Deployment shop/frontend is told "stock:' +
        (/\d+/.exec(wrong.replace("10.96.0.10", ""))?.[0] ?? "") +
        '" by variable BACKEND of container app, and Service shop/stock has only port 9898.',
    ]);
    expect(found?.remedies.map(({ actions }) => actions)).toEqual([
      [{ type: "patch", target, operations: [{ op: "replace", path: "/spec/template/spec/containers/0/env/0/value", value: right }] }],
    ]);
  });

  test("what the template said before comes first", () => {
    const changed = stuckRollout("frontend", { old: told("stock:9898"), now: told("stock:9999"), status: running() });
    const [found] = find(changed, healthy("stock"));
    expect(found?.confidence).toBe(0.92);
    expect(found?.remedies.map(({ actions }) => actions[0]?.type)).toEqual(["rollback", "patch", "patch"]);
  });

  test("of a Service that is spelled nearly so is corrected by name", () => {
    const [found] = find(healthy("frontend", told("http://stcok:9898")), healthy("stock"));
    expect(found?.remedies[0]?.actions).toMatchObject([{ operations: [{ value: "http://stock:9898" }] }]);
  });

  test("in a ConfigMap is corrected there, and its readers restart", () => {
    const reader = template("frontend", [
      container({ env: [{ name: "BACKEND", valueFrom: { configMapKeyRef: { name: "settings", key: "addr" } } }] }),
    ]);
    const [found] = find(healthy("frontend", reader), healthy("stock"), { configMaps: [configMap("settings", { addr: "stock:9999" })] });
    expect(found?.component).toEqual({ kind: "ConfigMap", namespace: "shop", name: "settings" });
    expect(found?.remedies[0]?.actions).toEqual([
      {
        type: "patch",
        target: { kind: "ConfigMap", namespace: "shop", name: "settings" },
        operations: [{ op: "replace", path: "/data/addr", value: "stock:9898" }],
      },
      { type: "restart", target },
    ]);
  });

  test("with several ports to choose from nobody can tell which was meant", () => {
    const ports = [
      { name: "http", port: 9898 },
      { name: "grpc", port: 9999 },
    ];
    const stock = { ...healthy("stock"), services: [service("stock", { ports })] };
    expect(find({ ...healthy("frontend", told("stock:80")), services: [] }, stock)).toMatchObject([{ confidence: 0.6, remedies: [] }]);
  });

  test.each([
    "http://stock:9898",
    "http://example.com:8080",
    "http://elsewhere:8080",
    "stock.other:80",
    "localhost:1",
    "192.0.2.1:80",
    "a:b:c",
  ])("%s is none", (value) => {
    expect(find(healthy("frontend", told(value)), healthy("stock"))).toEqual([]);
  });

  test("a headless Service, and one that is an external name, may be asked at any port", () => {
    for (const spec of [{ clusterIP: "None" }, { type: "ExternalName" }]) {
      const stock = { ...healthy("stock"), services: [service("stock", spec)] };
      expect(find(healthy("frontend", told("stock:1234")), stock)).toEqual([]);
    }
  });
});

test("addresses are found wherever they stand, and a port is a port", () => {
  const found = addressesIn("--a=http://stock:9898/x,cart:70000 db.shop:5432;[::1]:80 $(HOST):80", together(healthy("stock")));
  expect(found.map(({ host, port }) => `${host} ${port}`)).toEqual(["stock 9898", "db 5432"]);
});
