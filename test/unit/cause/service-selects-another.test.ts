import { describe, expect, test } from "vitest";
import type { Evidence } from "../../../src/cause/cause.ts";
import { serviceSelectsAnother } from "../../../src/cause/service-selects-another.ts";
import { applied, healthy, service, template, together } from "../../support/evidence.ts";

const find = (...parts: readonly Partial<Evidence>[]) => serviceSelectsAnother.diagnose(together(...parts));
const selecting = (selector: Record<string, string>, annotations = {}) => ({
  ...healthy("catalog"),
  services: [service("catalog", { selector }, { annotations })],
});

describe("a selector that fits the pods of another workload", () => {
  test("goes back to the workload of the Service's own name", () => {
    const [found, ...others] = find(selecting({ app: "stock" }), healthy("stock"));
    expect(others).toEqual([]);
    expect(found).toMatchObject({ component: { kind: "Service", name: "catalog" }, confidence: 0.9 });
    expect(found?.evidence).toEqual([
      'The selector of Service shop/catalog ("app=stock") fits the pods of Deployment shop/stock, and not those of Deployment shop/catalog.',
    ]);
    expect(found?.remedies[0]?.actions).toEqual([
      {
        type: "patch",
        target: { kind: "Service", namespace: "shop", name: "catalog" },
        operations: [{ op: "replace", path: "/spec/selector/app", value: "catalog" }],
      },
    ]);
  });

  test("goes back to what was applied, when that fits", () => {
    const labelled = template("catalog");
    const own = { ...healthy("catalog", { ...labelled, metadata: { labels: { app: "catalog", tier: "web" } } }) };
    const annotations = applied({ kind: "Service", metadata: { name: "catalog" }, spec: { selector: { app: "catalog", tier: "web" } } });
    const [found] = find({ ...own, services: [service("catalog", { selector: { app: "stock" } }, { annotations })] }, healthy("stock"));
    expect(found?.remedies[0]?.actions).toMatchObject([
      {
        operations: [
          { op: "replace", path: "/spec/selector/app", value: "catalog" },
          { op: "add", path: "/spec/selector/tier", value: "web" },
        ],
      },
    ]);
  });

  test("is none when it fits its own, when nothing has its name, and when the other has no Service of its own", () => {
    expect(find(healthy("catalog"), healthy("stock"))).toEqual([]);
    expect(find(healthy("stock"), { services: [service("alias", { selector: { app: "stock" } })] })).toEqual([]);
    expect(find(selecting({ app: "stock" }), { ...healthy("stock"), services: [] })).toEqual([]);
  });

  test("is told without a remedy when the labels would take a third workload along", () => {
    const blue = { ...healthy("blue", { ...template("blue"), metadata: { labels: { app: "catalog" } } }) };
    expect(find(selecting({ app: "stock" }), healthy("stock"), blue)).toMatchObject([{ confidence: 0.6, remedies: [] }]);
  });
});
