import { describe, expect, test } from "vitest";
import type { Evidence } from "../../../src/cause/cause.ts";
import { serviceMissing } from "../../../src/cause/service-missing.ts";
import { container, healthy, newcomer, service, template, together, waiting } from "../../support/evidence.ts";

const told = template("frontend", [container({ env: [{ name: "BACKEND", value: "http://stock:80" }] })]);
const lonely = { ...healthy("stock"), services: [], endpointSlices: [] };
const find = (...parts: readonly Partial<Evidence>[]) => serviceMissing.diagnose(together(...parts));

describe("a Service that clients ask for and that is not there", () => {
  test("is made for the healthy workload of its name", () => {
    const [found, ...others] = find(healthy("frontend", told), lonely);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ component: { kind: "Service", namespace: "shop", name: "stock" }, confidence: 0.8 });
    expect(found?.evidence).toEqual([
      "Deployment shop/frontend asks for stock:80, and there is no Service stock.",
      "Deployment shop/stock is there, is ready, and no Service selects it.",
    ]);
    expect(found?.remedies[0]?.actions).toEqual([
      {
        type: "create",
        target: { kind: "Service", namespace: "shop", name: "stock" },
        manifest: {
          apiVersion: "v1",
          kind: "Service",
          metadata: { name: "stock", namespace: "shop" },
          spec: { type: "ClusterIP", selector: { app: "stock" }, ports: [{ name: "http", port: 80, targetPort: 9898 }] },
        },
      },
    ]);
  });

  test("is only told when the workload is not well, or another Service selects it", () => {
    expect(find(healthy("frontend", told), newcomer("stock", template("stock"), waiting("ErrImagePull")))).toMatchObject([
      { remedies: [] },
    ]);
    const other = { ...healthy("stock"), services: [service("stock-v1", { selector: { app: "stock" } })] };
    expect(find(healthy("frontend", told), other)).toMatchObject([{ remedies: [] }]);
  });

  test("is none when it is there, when nobody asks, and when no workload has its name", () => {
    expect(find(healthy("frontend", told), healthy("stock"))).toEqual([]);
    expect(find(healthy("frontend"), lonely)).toEqual([]);
    expect(find(healthy("frontend", told))).toEqual([]);
  });
});
