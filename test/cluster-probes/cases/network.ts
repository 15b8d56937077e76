/** Ingresses and NetworkPolicies. */
import type { JsonObject } from "../../../src/kubernetes/json.ts";
import { add, create, drop, dry, json, merge, on, remove, replace, strategic } from "../probe.ts";
import type { Case, Manifest } from "../probe.ts";

function backend(port: JsonObject = { number: 80 }): JsonObject {
  return { service: { name: "web", port } };
}

function ingress(name: string, spec: JsonObject = {}): Manifest {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name },
    spec: { rules: [{ host: "shop.example", http: { paths: [{ path: "/", pathType: "Prefix", backend: backend() }] } }], ...spec },
  };
}

function policy(name: string, spec: JsonObject = {}): Manifest {
  return { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name }, spec: { podSelector: {}, ...spec } };
}

const path = "/spec/rules/0/http/paths/0";
const fromWeb: JsonObject = { from: [{ podSelector: { matchLabels: { app: "web" } } }], ports: [{ port: 8080 }] };

export const networkCases: readonly Case[] = [
  {
    name: "Ingress",
    objects: [ingress("shop")],
    probes: [
      json("another port of the backend", replace(`${path}/backend/service/port/number`, 8080)),
      json("the same port again", replace(`${path}/backend/service/port/number`, 8080)),
      dry(json("a third port", replace(`${path}/backend/service/port/number`, 81))),
      json("a port by name", replace(`${path}/backend/service/port`, { name: "http" })),
      json("another Service", replace(`${path}/backend/service/name`, "other")),
      json("a second path", add("/spec/rules/0/http/paths/-", { path: "/api", pathType: "Exact", backend: backend() })),
      json("a second host", add("/spec/rules/-", { host: "*.shop.example" })),
      json("a backend for the rest", add("/spec/defaultBackend", backend())),
      json("a certificate", add("/spec/tls", [{ hosts: ["shop.example"], secretName: "cert" }])),
      json("a class", add("/spec/ingressClassName", "public")),
      json("an annotation", add("/metadata/annotations", { a: "b" })),
      json("a path without its type", remove(`${path}/pathType`)),
      json("a path of a type that there is not", replace(`${path}/pathType`, "Regex")),
      json("a path that does not begin with a slash", replace(`${path}/path`, "api")),
      json("a host with a space", replace("/spec/rules/0/host", "shop example")),
      json("a host that is an address", replace("/spec/rules/0/host", "10.0.0.1")),
      json("a backend without a port", replace(`${path}/backend`, { service: { name: "web" } })),
      json("a backend with two ports", replace(`${path}/backend/service/port`, { name: "http", number: 80 })),
      json("a backend without a Service", replace(`${path}/backend`, {})),
      json("a port out of range", replace(`${path}/backend/service/port`, { number: 70_000 })),
      json("neither rules nor a backend", remove("/spec/rules"), remove("/spec/defaultBackend")),
      merge("a backend for the rest", { spec: { defaultBackend: { service: { port: { number: 90 } } } } }),
      strategic("the rules replaced as a whole", { spec: { rules: [{ host: "a.example" }] } }),
      dry(create("another one", ingress("other"))),
      create("another one", ingress("other")),
      create("without anything", ingress("bad", { rules: null })),
    ],
  },
  {
    name: "NetworkPolicy",
    objects: [policy("closed")],
    probes: [
      json("from the web", add("/spec/ingress", [fromWeb])),
      json("the same again", add("/spec/ingress", [fromWeb])),
      dry(json("from nobody", replace("/spec/ingress", []))),
      json("from nobody", replace("/spec/ingress", [])),
      json("from everybody", add("/spec/ingress", [{}])),
      json("to the outside as well", add("/spec/egress", [{ to: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } }] }])),
      json("of both directions", replace("/spec/policyTypes", ["Ingress", "Egress"])),
      json("of no directions", remove("/spec/policyTypes")),
      json("a port by name", add("/spec/ingress", [{ ports: [{ port: "http", protocol: "TCP" }] }])),
      json("a range of ports", add("/spec/ingress", [{ ports: [{ port: 8000, endPort: 8080 }] }])),
      json("other pods", replace("/spec/podSelector", { matchLabels: { app: "web" } })),
      json("a network that is none", add("/spec/egress", [{ to: [{ ipBlock: { cidr: "nowhere" } }] }])),
      json(
        "an exception outside of its network",
        add("/spec/egress", [{ to: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["192.168.0.0/16"] } }] }]),
      ),
      json("pods and a network in one", add("/spec/ingress", [{ from: [{ podSelector: {}, ipBlock: { cidr: "10.0.0.0/8" } }] }])),
      json("from an empty peer", add("/spec/ingress", [{ from: [{}] }])),
      json("a port out of range", add("/spec/ingress", [{ ports: [{ port: 70_000 }] }])),
      json("a port with a bad name", add("/spec/ingress", [{ ports: [{ port: "HTTP_1" }] }])),
      json("a range that ends before it begins", add("/spec/ingress", [{ ports: [{ port: 80, endPort: 79 }] }])),
      json("a protocol that there is not", add("/spec/ingress", [{ ports: [{ port: 80, protocol: "HTTP" }] }])),
      json("a direction that there is not", replace("/spec/policyTypes", ["Up"])),
      json("a selector with a bad value", replace("/spec/podSelector", { matchLabels: { app: "a b" } })),
      merge("from the web", { spec: { ingress: [fromWeb] } }),
      strategic("from the web", { spec: { ingress: [fromWeb] } }),
      dry(create("another one", policy("open", { ingress: [{}] }))),
      create("with a way out", policy("out", { egress: [{}] })),
      create("with empty lists", policy("shut", { ingress: [], egress: [], policyTypes: ["Ingress", "Egress"] })),
      create("the same once more", policy("shut")),
      dry(on("NetworkPolicy", "shut", drop("a dry run"))),
      on("NetworkPolicy", "shut", drop("an older resourceVersion", { resourceVersion: "1" })),
      on("NetworkPolicy", "shut", drop("as it is")),
      on("NetworkPolicy", "shut", drop("what is gone")),
    ],
  },
];
