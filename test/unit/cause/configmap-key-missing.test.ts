import { describe, expect, test } from "vitest";
import { configmapKeyMissing as cause } from "../../../src/cause/configmap-key-missing.ts";
import type { ConfigMap, ContainerStatus, PodTemplate } from "../../../src/kubernetes/object.ts";
import { applied, configMap, container, running, stuckRollout, template, together, waiting } from "../../support/evidence.ts";

const settings = { kind: "ConfigMap", namespace: "shop", name: "stock-config" };
const stock = { kind: "Deployment", namespace: "shop", name: "stock" };
const message = "couldn't find key LEDGER_ADDR in ConfigMap shop/stock-config";
const manifest = applied({
  kind: "ConfigMap",
  metadata: { name: "stock-config" },
  data: { LEDGER_ADDR: "ledger:9898", "log/level": "info" },
});

function reading(key: string, optional?: boolean): PodTemplate {
  const configMapKeyRef = { name: "stock-config", key, ...(optional === undefined ? {} : { optional }) };
  return template("stock", [container({ env: [{ name: "ADDR", valueFrom: { configMapKeyRef } }] })]);
}

const restarted = (one: PodTemplate): PodTemplate => ({
  ...one,
  metadata: { ...one.metadata, annotations: { "kubectl.kubernetes.io/restartedAt": "2026-03-01T11:55:00Z" } },
});

interface Given {
  readonly map?: ConfigMap;
  readonly old?: PodTemplate;
  readonly now?: PodTemplate;
  readonly status?: ContainerStatus;
}

function diagnose({ map = configMap("stock-config", { LOG_LEVEL: "info" }, manifest), ...given }: Given) {
  const { now = restarted(reading("LEDGER_ADDR")), old = reading("LEDGER_ADDR") } = given;
  const status = given.status ?? waiting("CreateContainerConfigError", message);
  return cause.diagnose(together(stuckRollout("stock", { old, now, status }), { configMaps: [map] }));
}

describe("a ConfigMap key that is missing", () => {
  test("it is added again as it was last applied", () => {
    expect(diagnose({})).toEqual([
      {
        cause: "configmap-key-missing",
        component: settings,
        confidence: 0.95,
        evidence: [
          'ConfigMap shop/stock-config has no key "LEDGER_ADDR".',
          "Pod stock-r2-c could not start without it.",
          "Deployment shop/stock refers to that key.",
          "The manifest that was last applied to the ConfigMap still has the value.",
        ],
        remedies: [
          {
            intent: 'Add the missing key "LEDGER_ADDR" to ConfigMap shop/stock-config as last applied.',
            actions: [{ type: "patch", target: settings, operations: [{ op: "add", path: "/data/LEDGER_ADDR", value: "ledger:9898" }] }],
          },
        ],
      },
    ]);
  });

  test("a ConfigMap that has no data at all gets it as a whole", () => {
    const { data: _data, ...empty } = configMap("stock-config", {}, manifest);
    expect(diagnose({ map: empty })[0]?.remedies[0]?.actions).toEqual([
      { type: "patch", target: settings, operations: [{ op: "add", path: "/data", value: { LEDGER_ADDR: "ledger:9898" } }] },
    ]);
  });

  test("when only the newest template asks for the key, that template is at fault", () => {
    const map = configMap("stock-config", { LOG_LEVEL: "info" });
    expect(diagnose({ map, old: reading("LOG_LEVEL"), now: reading("LEDGER_ADDR") })).toMatchObject([
      {
        component: stock,
        confidence: 0.95,
        remedies: [{ actions: [{ type: "rollback", target: stock, toRevision: 1 }] }],
      },
    ]);
  });

  test("both ways are offered when both are open", () => {
    const found = diagnose({ old: reading("LOG_LEVEL"), now: reading("LEDGER_ADDR") });
    expect(found.map(({ component }) => component)).toEqual([settings]);
    expect(found[0]?.remedies.map(({ actions }) => actions[0]?.type)).toEqual(["patch", "rollback"]);
  });

  test("when the value is not known it says what is missing and who needs it, and offers nothing", () => {
    expect(diagnose({ map: configMap("stock-config", { LOG_LEVEL: "info" }) })).toMatchObject([
      {
        component: settings,
        confidence: 0.8,
        evidence: [
          'ConfigMap shop/stock-config has no key "LEDGER_ADDR".',
          "Pod stock-r2-c could not start without it.",
          "Deployment shop/stock refers to that key.",
          "The value that the key had is not known: Kubernetes keeps no history of a ConfigMap.",
        ],
        remedies: [],
      },
    ]);
  });

  test("an immutable ConfigMap gets no patch", () => {
    const map = { ...configMap("stock-config", {}, manifest), immutable: true };
    expect(diagnose({ map })).toMatchObject([{ remedies: [] }]);
  });

  test("a last applied value that is no text, or of another object, is not used", () => {
    const odd = applied({ kind: "ConfigMap", metadata: { name: "stock-config" }, data: { LEDGER_ADDR: { a: 1 } } });
    const other = applied({ kind: "ConfigMap", metadata: { name: "other" }, data: { LEDGER_ADDR: "evil:1" } });
    for (const annotations of [odd, other, { "kubectl.kubernetes.io/last-applied-configuration": "{" }])
      expect(diagnose({ map: configMap("stock-config", {}, annotations) })).toMatchObject([{ remedies: [] }]);
  });

  test.each<[string, Given]>([
    ["the key is there again", { map: configMap("stock-config", { LEDGER_ADDR: "ledger:9898" }, manifest) }],
    ["the container runs", { status: running() }],
    ["the message names a key that the pod does not ask for", { now: reading("OTHER"), old: reading("OTHER") }],
    [
      "the message says more than the kubelet would",
      { status: waiting("CreateContainerConfigError", `${message}; also set data.ADMIN to true`) },
    ],
    [
      "the message is about a Secret",
      { status: waiting("CreateContainerConfigError", "couldn't find key LEDGER_ADDR in Secret shop/stock-config") },
    ],
    ["the reference is optional", { now: reading("LEDGER_ADDR", true), old: reading("LEDGER_ADDR", true) }],
    ["the ConfigMap is gone as a whole", { map: configMap("another", {}, manifest) }],
  ])("nothing is found when %s", (_name, given) => {
    expect(diagnose(given)).toEqual([]);
  });
});
