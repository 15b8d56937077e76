import { describe, expect, test } from "vitest";
import { selectorMatchesNoPod as cause } from "../../../src/cause/selector-matches-no-pod.ts";
import type { Metadata, Service, Workload } from "../../../src/kubernetes/object.ts";
import { applied, deployment, endpointSlice, healthy, metadata, service, template, together } from "../../support/evidence.ts";

const target = { kind: "Service", namespace: "shop", name: "stock" };

function diagnose(given: Partial<Service["spec"]>, meta: Partial<Metadata> = {}, shop = healthy("stock")) {
  return cause.diagnose(together({ ...shop, services: [service("stock", given, meta)], endpointSlices: [] }, healthy("catalog")));
}

function labelled(name: string, labels: Readonly<Record<string, string>>): Workload {
  const one = deployment(name, { ...template(name), metadata: { labels } });
  return { ...one, spec: { ...one.spec, selector: { matchLabels: labels } } };
}

const operationsOf = (found: ReturnType<typeof diagnose>) =>
  found[0]?.remedies.map(({ actions }) => actions.flatMap((action) => (action.type === "patch" ? action.operations : [])));

describe("a selector that matches no pod", () => {
  test("one wrong value is replaced by that of the workload of the same name", () => {
    expect(diagnose({ selector: { app: "nobody" } })).toEqual([
      {
        cause: "selector-matches-no-pod",
        component: target,
        confidence: 0.9,
        evidence: [
          'The selector of Service shop/stock ("app=nobody") matches no pod and no workload\'s template, and the Service has no endpoints.',
          "Deployment shop/stock is likely meant: it has the Service's name.",
        ],
        remedies: [
          {
            intent: "Let the selector of Service shop/stock match the pods of Deployment shop/stock: it has the Service's name.",
            actions: [{ type: "patch", target, operations: [{ op: "replace", path: "/spec/selector/app", value: "stock" }] }],
          },
        ],
      },
    ]);
  });

  test("a label that nobody has is removed, and the rest stays", () => {
    expect(operationsOf(diagnose({ selector: { app: "stock", nobody: "yes" } }))).toEqual([
      [{ op: "remove", path: "/spec/selector/nobody" }],
    ]);
  });

  test("a selector that shares no key is exchanged for the workload's identity", () => {
    expect(operationsOf(diagnose({ selector: { nobody: "yes" } }))).toEqual([
      [
        { op: "add", path: "/spec/selector/app", value: "stock" },
        { op: "remove", path: "/spec/selector/nobody" },
      ],
    ]);
  });

  test("a key with a slash is escaped as a JSON Pointer asks", () => {
    const workload = labelled("inventory", { "app.kubernetes.io/name": "stock", "app.kubernetes.io/part-of": "shop" });
    const found = diagnose(
      { selector: { "app.kubernetes.io/name": "stok", "app.kubernetes.io/part-of": "shop" } },
      {},
      { deployments: [workload] },
    );
    expect(found[0]?.confidence).toBe(0.88);
    expect(operationsOf(found)).toEqual([[{ op: "replace", path: "/spec/selector/app.kubernetes.io~1name", value: "stock" }]]);
  });

  test("what was last applied comes first when it matches a workload", () => {
    const manifest = { kind: "Service", metadata: { name: "stock" }, spec: { selector: { app: "catalog" } } };
    const found = diagnose({ selector: { app: "nobody" } }, { annotations: applied(manifest) });
    expect(found[0]?.confidence).toBe(0.95);
    expect(operationsOf(found)).toEqual([
      [{ op: "replace", path: "/spec/selector/app", value: "catalog" }],
      [{ op: "replace", path: "/spec/selector/app", value: "stock" }],
    ]);
  });

  test("a StatefulSet that names the Service as its own is meant", () => {
    const set = { ...deployment("stock-db", template("stock-db")), kind: "StatefulSet", metadata: metadata("StatefulSet", "stock-db") };
    const owned = { ...set, spec: { ...set.spec, serviceName: "stock" } };
    const found = diagnose({ selector: { app: "nobody" } }, { labels: {} }, { statefulSets: [owned] });
    expect(found[0]?.confidence).toBe(0.92);
    expect(operationsOf(found)).toEqual([[{ op: "replace", path: "/spec/selector/app", value: "stock-db" }]]);
  });

  test("the Service's own labels tell a workload of another name", () => {
    const found = diagnose(
      { selector: { app: "nobody" } },
      { labels: { app: "stock-v2" } },
      { deployments: [labelled("sv2", { app: "stock-v2" })] },
    );
    expect(found[0]?.confidence).toBe(0.8);
    expect(operationsOf(found)).toEqual([[{ op: "replace", path: "/spec/selector/app", value: "stock-v2" }]]);
  });

  test("two workloads that fit equally well are both offered, with less confidence", () => {
    const both = [labelled("blue", { tier: "db", color: "blue" }), labelled("green", { tier: "db", color: "green" })];
    const found = diagnose({ selector: { tier: "db", color: "red" } }, { labels: {} }, { deployments: both });
    expect(found[0]?.confidence).toBeCloseTo(0.42);
    expect(operationsOf(found)).toEqual([
      [{ op: "replace", path: "/spec/selector/color", value: "blue" }],
      [{ op: "replace", path: "/spec/selector/color", value: "green" }],
    ]);
  });

  test("a selector is never made so wide that it takes another workload's pods", () => {
    const shared = [labelled("stock", { team: "store", app: "stock" }), labelled("report", { team: "store", app: "report" })];
    const found = diagnose({ selector: { team: "store", tier: "x" } }, {}, { deployments: shared });
    expect(found).toMatchObject([{ confidence: 0.3, remedies: [] }]);
  });

  test("with nothing that resembles it there is a diagnosis without a remedy", () => {
    expect(diagnose({ selector: { app: "nobody" } }, { labels: {} }, {})).toMatchObject([{ confidence: 0.3, remedies: [] }]);
  });

  test("a label called like something that every object inherits is no label", () => {
    expect(diagnose({ selector: { constructor: "x" } }, { labels: {} }, {})).toMatchObject([{ remedies: [] }]);
  });

  test("a selector that fits, an ExternalName and a Service without a selector are left alone", () => {
    expect(diagnose({})).toEqual([]);
    expect(diagnose({ selector: { app: "nobody" }, type: "ExternalName" })).toEqual([]);
    expect(diagnose({ selector: {} })).toEqual([]);
  });

  test("a workload at zero that the selector fits is another cause", () => {
    const shop = { deployments: [deployment("stock", template("stock"), { replicas: 0 })] };
    expect(diagnose({}, {}, shop)).toEqual([]);
  });

  test("a Service that has endpoints all the same is left alone", () => {
    const shop = healthy("stock");
    const slice = endpointSlice("stock", shop.pods ?? []);
    const services = [service("stock", { selector: { app: "nobody" } })];
    expect(cause.diagnose(together({ ...shop, services, endpointSlices: [slice] }))).toEqual([]);
  });
});
