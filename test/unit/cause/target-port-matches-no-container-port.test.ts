import { describe, expect, test } from "vitest";
import { targetPortMatchesNoContainerPort as cause } from "../../../src/cause/target-port-matches-no-container-port.ts";
import type { Service } from "../../../src/kubernetes/object.ts";
import { applied, container, healthy, service, template, together } from "../../support/evidence.ts";

type Ports = NonNullable<Service["spec"]["ports"]>;

const target = { kind: "Service", namespace: "shop", name: "stock" };
const http = { name: "http", containerPort: 9898, protocol: "TCP" };
const metrics = { name: "metrics", containerPort: 9797, protocol: "TCP" };

function diagnose(ports: Ports, containerPorts: Ports | readonly object[] = [http], given: Partial<Service> = {}) {
  const shop = healthy("stock", template("stock", [container({ ports: containerPorts as readonly (typeof http)[] })]));
  const broken = { ...service("stock", { ports }), ...given };
  return cause.diagnose(together({ ...shop, services: [broken] }));
}

const operationsOf = (found: ReturnType<typeof diagnose>) =>
  found[0]?.remedies.map(({ actions }) => actions.flatMap((action) => (action.type === "patch" ? action.operations : [])));

describe("a target port that no container declares", () => {
  test("a wrong number is replaced by the port named like the Service's", () => {
    expect(diagnose([{ name: "http", port: 9898, protocol: "TCP", targetPort: 9999 }])).toEqual([
      {
        cause: "target-port-matches-no-container-port",
        component: target,
        confidence: 0.85,
        evidence: ['Service shop/stock sends port 9898 to target port "9999", which none of its 2 pods declares.'],
        remedies: [
          {
            intent: 'Change the target port in Service shop/stock: of port 9898 to "9898" (named like the Service\'s port).',
            actions: [{ type: "patch", target, operations: [{ op: "replace", path: "/spec/ports/0/targetPort", value: 9898 }] }],
          },
        ],
      },
    ]);
  });

  test("a name that no pod has is replaced by the name of the only port", () => {
    const found = diagnose([{ name: "web", port: 80, targetPort: "htpt" }]);
    expect(found[0]?.confidence).toBe(0.6);
    expect(operationsOf(found)).toEqual([[{ op: "replace", path: "/spec/ports/0/targetPort", value: "http" }]]);
  });

  test("several candidates are several remedies, the likeliest first", () => {
    const found = diagnose([{ name: "http", port: 9797, targetPort: 9999 }], [http, metrics]);
    expect(operationsOf(found)).toEqual([
      [{ op: "replace", path: "/spec/ports/0/targetPort", value: 9898 }],
      [{ op: "replace", path: "/spec/ports/0/targetPort", value: 9797 }],
    ]);
  });

  test("several wrong ports are put right by one patch", () => {
    const found = diagnose(
      [
        { name: "http", port: 80, targetPort: 9999 },
        { name: "metrics", port: 9797, targetPort: 9999 },
      ],
      [http, metrics],
    );
    expect(found).toHaveLength(1);
    expect(operationsOf(found)).toEqual([
      [
        { op: "replace", path: "/spec/ports/0/targetPort", value: 9898 },
        { op: "replace", path: "/spec/ports/1/targetPort", value: 9797 },
      ],
    ]);
  });

  test("what was last applied comes first", () => {
    const manifest = { kind: "Service", metadata: { name: "stock" }, spec: { ports: [{ port: 80, targetPort: "metrics" }] } };
    const ports = [{ name: "http", port: 80, targetPort: 9999 }];
    const { metadata } = service("stock", {}, { annotations: applied(manifest) });
    const found = diagnose(ports, [http, metrics], { metadata });
    expect(found[0]?.confidence).toBe(0.9);
    expect(operationsOf(found)?.[0]).toEqual([{ op: "replace", path: "/spec/ports/0/targetPort", value: "metrics" }]);
  });

  test("an absent target port means the Service's own number and is added", () => {
    expect(operationsOf(diagnose([{ name: "http", port: 80 }]))).toEqual([[{ op: "add", path: "/spec/ports/0/targetPort", value: 9898 }]]);
  });

  test("with nothing to choose by it is a diagnosis without a remedy", () => {
    expect(diagnose([{ name: "web", port: 80, targetPort: 9999 }], [http, metrics])).toMatchObject([{ confidence: 0.5, remedies: [] }]);
  });

  test.each<[string, Ports, readonly object[]]>([
    ["a declared number", [{ port: 80, targetPort: 9898 }], [http]],
    ["a declared name", [{ port: 80, targetPort: "http" }], [http]],
    ["a number where the pods declare nothing", [{ port: 80, targetPort: 8080 }], []],
    ["an undeclared number that the probes use", [{ port: 80, targetPort: 9898 }], [metrics]],
  ])("%s is right", (_name, ports, containerPorts) => {
    expect(diagnose(ports, containerPorts)).toEqual([]);
  });

  test("a port of another protocol does not count", () => {
    expect(diagnose([{ name: "dns", port: 53, protocol: "UDP", targetPort: "http" }], [http])).toMatchObject([{ remedies: [] }]);
  });

  test("a headless Service, an ExternalName and one without pods are left alone", () => {
    const ports = [{ name: "http", port: 9898, targetPort: 9999 }];
    const shop = healthy("stock");
    const services = [
      service("stock", { ports, clusterIP: "None" }),
      service("stock", { ports, type: "ExternalName" }),
      service("stock", { ports, selector: { app: "nobody" } }),
    ];
    for (const one of services) expect(cause.diagnose(together({ ...shop, services: [one] }))).toEqual([]);
  });
});
