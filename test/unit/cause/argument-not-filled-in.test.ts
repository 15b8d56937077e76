import { expect, test } from "vitest";
import { argumentNotFilledIn } from "../../../src/cause/argument-not-filled-in.ts";
import type { Evidence } from "../../../src/cause/cause.ts";
import type { Container } from "../../../src/kubernetes/object.ts";
import { container, crashing, healthy, newcomer, service, template, together } from "../../support/evidence.ts";

const find = (...parts: readonly Partial<Evidence>[]) => argumentNotFilledIn.diagnose(together(...parts));
const calls = (app: string, variable: string, more: Partial<Container> = {}) =>
  template(app, [container({ args: [`--backend-url=http://$(${variable})/echo`], ...more })]);
const set = (name: string, value: string) => ({ env: [{ name, value }] });
const frontend = healthy("frontend", calls("frontend", "CATALOG_ADDR", set("CATALOG_ADDR", "catalog.shop:9898")));
const services = { services: [service("catalog"), service("stock-db", { ports: [{ name: "http", port: 5432, targetPort: "http" }] })] };
const operationsOf = (found: ReturnType<typeof find>) =>
  found.flatMap(({ remedies }) =>
    remedies.flatMap(({ actions }) => actions.map((action) => ("operations" in action ? action.operations : []))),
  );

test("the address of a Service is set as the others are", () => {
  const [found, ...others] = find(healthy("catalog", calls("catalog", "STOCK_DB_ADDR")), frontend, services);
  expect(others).toEqual([]);
  expect(found).toMatchObject({ component: { kind: "Deployment", name: "catalog" }, confidence: 0.84 });
  expect(found?.evidence).toEqual([
    'Container app of Deployment shop/catalog is given "$(STOCK_DB_ADDR)", which no variable of it fills in.',
  ]);
  expect(found?.remedies[0]?.intent).toBe(
    'Set STOCK_DB_ADDR to "stock-db.shop:5432" in container app of Deployment shop/catalog, as the other workloads do.',
  );
  expect(operationsOf([found].flatMap((one) => one ?? []))).toEqual([
    [{ op: "add", path: "/spec/template/spec/containers/0/env", value: [{ name: "STOCK_DB_ADDR", value: "stock-db.shop:5432" }] }],
  ]);
});

test("a variable that others carry is set as they have it, beside what is set already", () => {
  const more = { ...set("LEVEL", "info"), args: ["--zone=$(ZONE)"] };
  const zone = healthy("stock", template("stock", [container(set("ZONE", "north"))]));
  expect(operationsOf(find(healthy("catalog", calls("catalog", "-", more)), zone))).toEqual([
    [{ op: "add", path: "/spec/template/spec/containers/0/env/-", value: { name: "ZONE", value: "north" } }],
  ]);
});

test("what nobody shows is told", () => {
  expect(find(healthy("catalog", calls("catalog", "TOKEN")), frontend, services)).toMatchObject([{ confidence: 0.6, remedies: [] }]);
  const disagreeing = healthy("web", calls("web", "CATALOG_ADDR", set("CATALOG_ADDR", "catalog:80")));
  expect(find(healthy("catalog", calls("catalog", "STOCK_DB_ADDR")), frontend, disagreeing, services)).toMatchObject([{ remedies: [] }]);
});

test.each<[string, Partial<Evidence>]>([
  ["one that is set", healthy("catalog", calls("catalog", "STOCK_DB_ADDR", set("STOCK_DB_ADDR", "anything")))],
  ["one that is meant as it stands", healthy("catalog", template("catalog", [container({ args: ["$$(STOCK_DB_ADDR)"] })]))],
  ["one that the kubelet sets", healthy("catalog", calls("catalog", "STOCK_DB_SERVICE_HOST"))],
  [
    "one that a ConfigMap may hold",
    healthy("catalog", calls("catalog", "STOCK_DB_ADDR", { envFrom: [{ configMapRef: { name: "settings" } }] })),
  ],
  ["one of a container that crashes", newcomer("catalog", calls("catalog", "STOCK_DB_ADDR"), crashing(1))],
])("%s is none", (_name, parts) => {
  expect(find(parts, frontend, services)).toEqual([]);
});
