/** Which pods stand behind a Service, and whether a request to it is answered. */
import { expect, test } from "vitest";
import type { EndpointSlice } from "../../../../src/kubernetes/object.ts";
import { service, shop, workload } from "./shop.ts";

const ref = { kind: "Service", namespace: "shop", name: "web" };

function endpoints(objects: readonly unknown[]): unknown {
  return (objects as readonly EndpointSlice[]).map((slice) => ({
    service: slice.metadata.labels?.["kubernetes.io/service-name"],
    ready: slice.endpoints?.map((endpoint) => endpoint.conditions?.ready),
    ports: slice.ports?.map((port) => port.port),
  }));
}

test("a Service resolves its named port and is reachable once a pod is ready", () => {
  const { cluster, objects, pass } = shop();
  cluster.make(service({ port: 80, targetPort: "http" }));
  cluster.make(workload("Deployment", { replicas: 2 }, { readinessProbe: { tcpSocket: { port: "http" } } }));
  pass(2);
  expect(endpoints(objects("EndpointSlice"))).toEqual([{ service: "web", ready: [false, false], ports: [8080] }]);
  expect(cluster.reachable(ref)).toBe(false);
  pass(1);
  expect(endpoints(objects("EndpointSlice"))).toEqual([{ service: "web", ready: [true, true], ports: [8080] }]);
  expect([cluster.reachable(ref), cluster.reachable(ref, 80), cluster.reachable(ref, 81)]).toEqual([true, true, false]);
});

test("a selector that matches nothing leaves an empty slice", () => {
  const { cluster, objects, pass, set } = shop();
  cluster.make(service({ port: 80, targetPort: 8080 }));
  cluster.make(workload("Deployment"));
  pass(2);
  set(ref, "/spec/selector", { app: "other" });
  expect(endpoints(objects("EndpointSlice"))).toEqual(
    [{ service: "web", ready: [], ports: undefined }].map((one) => ({ ...one, ports: [] })),
  );
  expect(cluster.reachable(ref)).toBe(false);
});

test("a wrong target port leaves the endpoints ready and every request unanswered", () => {
  const { cluster, objects, pass, set } = shop();
  cluster.make(service({ port: 80, targetPort: 8080 }));
  cluster.make(workload("Deployment"));
  pass(2);
  set(ref, "/spec/ports/0/targetPort", 9090);
  expect(endpoints(objects("EndpointSlice"))).toEqual([{ service: "web", ready: [true], ports: [9090] }]);
  expect(cluster.reachable(ref)).toBe(false);
});

test("a named port that no container has gives a slice without ports, as the real controller does", () => {
  const { cluster, objects, pass, set } = shop();
  cluster.make(service({ port: 80, targetPort: "http" }));
  cluster.make(workload("Deployment"));
  pass(2);
  set(ref, "/spec/ports/0/targetPort", "htpp");
  expect(endpoints(objects("EndpointSlice"))).toEqual([{ service: "web", ready: [true], ports: [] }]);
  expect(cluster.reachable(ref)).toBe(false);
});

test("endpoints that answer nothing fail their share of the requests", () => {
  const { cluster, pass, pods } = shop({ behaviour: (pod) => (pod.metadata.name.startsWith("odd") ? "unready" : "runs") });
  cluster.make(service({ port: 80, targetPort: 8080 }));
  cluster.make(workload("Deployment", { replicas: 3 }));
  cluster.make({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "odd", namespace: "shop", labels: { app: "web" } },
    spec: { containers: [{ name: "web", image: "web:1", ports: [{ containerPort: 8080 }] }] },
  });
  pass(2);
  expect(pods()).toHaveLength(4);
  expect(cluster.answeredShare(ref)).toBe(0.75);
});

test("a Service that is deleted takes its slices with it", () => {
  const { cluster, objects, pass } = shop();
  cluster.make(service({ port: 80 }));
  pass(1);
  expect(objects("EndpointSlice")).toHaveLength(1);
  cluster.lose(ref);
  expect(objects("EndpointSlice")).toEqual([]);
});
