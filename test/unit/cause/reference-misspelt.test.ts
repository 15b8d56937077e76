import { expect, test } from "vitest";
import type { Evidence } from "../../../src/cause/cause.ts";
import { referenceMisspelt } from "../../../src/cause/reference-misspelt.ts";
import { configMap, container, event, healthy, newcomer, template, together, waiting } from "../../support/evidence.ts";

const find = (...parts: readonly Partial<Evidence>[]) => referenceMisspelt.diagnose(together(...parts));
const app = (more: object, spec: object = {}) => template("db", [container(more)], spec);
const waitsFor = (message: string) => waiting("CreateContainerConfigError", message);
const settings = { configMaps: [configMap("app-config", { LEVEL: "info", "listen-port": "80" }), configMap("stock", {})] };
const fromSecret = (name: string, key: string) => ({ env: [{ name: "PASSWORD", valueFrom: { secretKeyRef: { name, key } } }] });
const operationsOf = (found: ReturnType<typeof find>) =>
  found.flatMap(({ remedies }) =>
    remedies.flatMap(({ actions }) => actions.map((action) => ("operations" in action ? action.operations : []))),
  );
const replaced = (path: string, value: string) => [[{ op: "replace", path: `/spec/template/spec/${path}`, value }]];

test("a ConfigMap's name that is a slip away from one that is there is corrected", () => {
  const more = { envFrom: [{ configMapRef: { name: "app-confg" } }] };
  const found = find(newcomer("db", app(more), waitsFor('configmap "app-confg" not found')), settings);
  expect(found).toMatchObject([{ component: { kind: "Deployment", name: "db" }, confidence: 0.87 }]);
  expect(found[0]?.evidence[1]).toBe('Deployment shop/db refers to ConfigMap "app-confg", which is not there; "app-config" is.');
  expect(found[0]?.remedies[0]?.intent).toBe('Let Deployment shop/db refer to ConfigMap "app-config".');
  expect(operationsOf(found)).toEqual(replaced("containers/0/envFrom/0/configMapRef/name", "app-config"));
});

test("everywhere in the pod at once", () => {
  const more = { env: [{ name: "LEVEL", valueFrom: { configMapKeyRef: { name: "app-confg", key: "LEVEL" } } }] };
  const volumes = { volumes: [{ name: "config", configMap: { name: "app-confg" } }] };
  expect(operationsOf(find(newcomer("db", app(more, volumes), waitsFor('configmap "app-confg" not found')), settings))).toEqual([
    [
      { op: "replace", path: "/spec/template/spec/containers/0/env/0/valueFrom/configMapKeyRef/name", value: "app-config" },
      { op: "replace", path: "/spec/template/spec/volumes/0/configMap/name", value: "app-config" },
    ],
  ]);
});

test("a key of a ConfigMap is corrected to one that it has", () => {
  const more = { env: [{ name: "PORT", valueFrom: { configMapKeyRef: { name: "app-config", key: "listen_port" } } }] };
  const found = find(newcomer("db", app(more), waitsFor("couldn't find key listen_port in ConfigMap shop/app-config")), settings);
  expect(operationsOf(found)).toEqual(replaced("containers/0/env/0/valueFrom/configMapKeyRef/key", "listen-port"));
  expect(found[0]?.evidence[1]).toBe(
    'Deployment shop/db refers to key "listen_port" of ConfigMap app-config, which is not there; "listen-port" is.',
  );
  expect(found[0]?.remedies[0]?.intent).toBe('Let Deployment shop/db refer to key "listen-port" of ConfigMap app-config.');
});

test("a key that a volume takes out of a ConfigMap as well", () => {
  const items = [
    { key: "LEVEL", path: "level" },
    { key: "listen.port", path: "port" },
  ];
  const parts = newcomer(
    "db",
    app({}, { volumes: [{ name: "config", configMap: { name: "app-config", items } }] }),
    waiting("ContainerCreating"),
  );
  const message = 'MountVolume.SetUp failed for volume "config" : configmap references non-existent config key: listen.port';
  const events = (parts.pods ?? []).map((one) => event(one, "FailedMount", message));
  expect(operationsOf(find({ ...parts, events }, settings))).toEqual(replaced("volumes/0/configMap/items/1/key", "listen-port"));
});

test("a Secret, and its key, to what running pods refer to", () => {
  const runs = healthy("web", template("web", [container(fromSecret("db-credentials", "password"))]));
  expect(
    operationsOf(find(newcomer("db", app(fromSecret("db-credentails", "password")), waitsFor('secret "db-credentails" not found')), runs)),
  ).toEqual(replaced("containers/0/env/0/valueFrom/secretKeyRef/name", "db-credentials"));
  const said = waitsFor("couldn't find key pasword in Secret shop/db-credentials");
  expect(operationsOf(find(newcomer("db", app(fromSecret("db-credentials", "pasword")), said), runs))).toEqual(
    replaced("containers/0/env/0/valueFrom/secretKeyRef/key", "password"),
  );
});

test.each<[string, object, string, Partial<Evidence>]>([
  ["one that nobody misses", { envFrom: [{ configMapRef: { name: "app-confg" } }] }, 'secret "other" not found', settings],
  ["one that is near to nothing", { envFrom: [{ configMapRef: { name: "flags" } }] }, 'configmap "flags" not found', settings],
  [
    "one that is near to two",
    { envFrom: [{ configMapRef: { name: "app-confg" } }] },
    'configmap "app-confg" not found',
    { configMaps: [configMap("app-config", {}), configMap("app-confgs", {})] },
  ],
  ["a Secret that no running pod shows", fromSecret("db-credentails", "password"), 'secret "db-credentails" not found', settings],
])("%s is none", (_name, more, message, parts) => {
  expect(find(newcomer("db", app(more), waitsFor(message)), parts)).toEqual([]);
});
