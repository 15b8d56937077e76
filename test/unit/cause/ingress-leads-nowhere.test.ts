import { describe, expect, test } from "vitest";
import type { Evidence } from "../../../src/cause/cause.ts";
import { ingressLeadsNowhere } from "../../../src/cause/ingress-leads-nowhere.ts";
import type { KubernetesObject } from "../../../src/kubernetes/object.ts";
import { healthy, metadata, service, together } from "../../support/evidence.ts";

const backend = (name: string, number: number) => ({ service: { name, port: { number } } });
function ingress(name: string, ingressClassName: string | undefined, to = backend("stock", 9898)): KubernetesObject {
  const spec = {
    ...(ingressClassName === undefined ? {} : { ingressClassName }),
    rules: [{ host: "a.example", http: { paths: [{ path: "/", backend: to }] } }],
  };
  return { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: metadata("Ingress", name), spec } as KubernetesObject;
}
const ingressClass = (name: string) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "IngressClass",
  metadata: metadata("IngressClass", name),
});
const listed = (ingresses: readonly KubernetesObject[], ...classes: readonly string[]): Partial<Evidence> => ({
  listed: { Ingress: ingresses, IngressClass: classes.map(ingressClass) },
});
const find = (...parts: readonly Partial<Evidence>[]) => ingressLeadsNowhere.diagnose(together(healthy("stock"), ...parts));
const target = { kind: "Ingress", namespace: "shop", name: "web" };

describe("an Ingress of a class that does not exist", () => {
  test("gets the only one that there is", () => {
    const [found, ...others] = find(listed([ingress("web", "nope")], "edge"));
    expect(others).toEqual([]);
    expect(found).toMatchObject({ component: target, confidence: 0.9 });
    expect(found?.remedies.map(({ actions }) => actions)).toEqual([
      [{ type: "patch", target, operations: [{ op: "replace", path: "/spec/ingressClassName", value: "edge" }] }],
    ]);
  });

  test("of several gets the one that is spelled nearly so, or that all others here have", () => {
    expect(find(listed([ingress("web", "inernal")], "edge", "internal"))[0]?.remedies[0]?.actions).toMatchObject([
      { operations: [{ value: "internal" }] },
    ]);
    const others = [ingress("web", "nope"), ingress("docs", "edge")];
    expect(find(listed(others, "edge", "internal"))[0]?.remedies[0]?.actions).toMatchObject([{ operations: [{ value: "edge" }] }]);
    expect(find(listed([ingress("web", "nope")], "edge", "internal"))).toMatchObject([{ confidence: 0.7, remedies: [] }]);
  });

  test("is none when it exists, when none is named, and when classes may not be read", () => {
    expect(find(listed([ingress("web", "edge"), ingress("docs", undefined)], "edge"))).toEqual([]);
    expect(find({ listed: { Ingress: [ingress("web", "nope")] } })).toEqual([]);
  });
});

describe("a backend that is not there", () => {
  test("is the Service that is spelled nearly so, where it has that port", () => {
    const [found] = find(listed([ingress("web", "edge", backend("stcok", 9898))], "edge"));
    expect(found?.remedies[0]?.actions).toMatchObject([
      { operations: [{ op: "replace", path: "/spec/rules/0/http/paths/0/backend/service/name", value: "stock" }] },
    ]);
    expect(find(listed([ingress("web", "edge", backend("gone", 80))], "edge"))).toMatchObject([{ confidence: 0.75, remedies: [] }]);
  });

  test("is the only port of its Service", () => {
    const [found] = find(listed([ingress("web", "edge", backend("stock", 80))], "edge"));
    expect(found?.remedies[0]?.actions).toMatchObject([
      { operations: [{ op: "replace", path: "/spec/rules/0/http/paths/0/backend/service/port", value: { number: 9898 } }] },
    ]);
  });

  test("of several ports nobody can tell which", () => {
    const ports = [
      { name: "a", port: 1 },
      { name: "b", port: 2 },
    ];
    const web = ingress("web", "edge", backend("many", 80));
    expect(find(listed([web], "edge"), { services: [service("many", { ports })] })).toMatchObject([{ remedies: [] }]);
  });
});
