import { describe, expect, test } from "vitest";
import type { Evidence } from "../../../src/cause/cause.ts";
import { referenceMissing } from "../../../src/cause/reference-missing.ts";
import { configMap, container, event, newcomer, stuckRollout, stuckSet, template, together, waiting } from "../../support/evidence.ts";

const secretEnv = (name: string) =>
  template("catalog", [container({ env: [{ name: "KEY", valueFrom: { secretKeyRef: { name, key: "key" } } }] })]);
const volume = (name: string) => template("catalog", [container()], { volumes: [{ name: "config", configMap: { name } }] });
const find = (...parts: readonly Partial<Evidence>[]) => referenceMissing.diagnose(together(...parts));
const noSecret = waiting("CreateContainerConfigError", 'secret "keyz" not found');

/** The kubelet says of a volume only in an event what is missing. */
function mounting(name: string, what: string) {
  const parts = newcomer("catalog", volume(name), waiting("ContainerCreating"));
  const [pod] = parts.pods ?? [];
  return {
    ...parts,
    events: pod === undefined ? [] : [event(pod, "FailedMount", `MountVolume.SetUp failed for volume "config" : ${what} not found`)],
  };
}

describe("a reference to what is not there", () => {
  test("goes back to what the template referred to before", () => {
    const [found, ...others] = find(stuckRollout("catalog", { old: secretEnv("keys"), now: secretEnv("keyz"), status: noSecret }));
    expect(others).toEqual([]);
    expect(found).toMatchObject({ component: { kind: "Deployment", name: "catalog" }, confidence: 0.95 });
    expect(found?.evidence[0]).toBe('Pod catalog-r2-c of Deployment shop/catalog could not start: Secret "keyz" is not there.');
    expect(found?.remedies[0]?.actions).toEqual([
      { type: "rollback", target: { kind: "Deployment", namespace: "shop", name: "catalog" }, toRevision: 1 },
    ]);
  });

  test("a StatefulSet's as well, with its stuck pod", () => {
    const [found] = find(stuckSet("StatefulSet", "catalog", { old: secretEnv("keys"), now: secretEnv("keyz"), status: noSecret }));
    expect(found?.remedies[0]?.actions.map(({ type }) => type)).toEqual(["rollback", "evict"]);
  });

  test("a Secret that nobody ever did without is told to a person, and nothing is made in its place", () => {
    expect(find(newcomer("catalog", secretEnv("keyz"), noSecret))).toEqual([
      {
        cause: "reference-missing",
        component: { kind: "Secret", namespace: "shop", name: "keyz" },
        confidence: 0.85,
        evidence: [
          'Pod catalog-r1-a of Deployment shop/catalog could not start: Secret "keyz" is not there, and no earlier template did without it.',
          "Nobody here may read or make Secrets: make it again from where its content is kept, or correct the reference.",
        ],
        remedies: [],
      },
    ]);
  });

  test("the same of a key that its Secret does not have", () => {
    const withKey = (key: string) =>
      template("catalog", [container({ env: [{ name: "KEY", valueFrom: { secretKeyRef: { name: "keys", key } } }] })]);
    const noKey = waiting("CreateContainerConfigError", "couldn't find key pasword in Secret shop/keys");
    const [changed] = find(stuckRollout("catalog", { old: withKey("password"), now: withKey("pasword"), status: noKey }));
    expect(changed?.evidence[0]).toBe('Pod catalog-r2-c of Deployment shop/catalog could not start: Secret "keys" has no key "pasword".');
    expect(changed?.remedies[0]?.actions.map(({ type }) => type)).toEqual(["rollback"]);
    expect(find(newcomer("catalog", withKey("pasword"), noKey))).toMatchObject([
      { component: { kind: "Secret", name: "keys" }, confidence: 0.85, remedies: [] },
    ]);
  });

  test("a volume's ConfigMap is known from the event", () => {
    expect(find(mounting("settings", 'configmap "settings"'))).toMatchObject([
      { component: { kind: "ConfigMap", name: "settings" }, remedies: [] },
    ]);
  });

  test("is none when it is there by now, when it is optional, and when something else is said", () => {
    expect(find(mounting("settings", 'configmap "settings"'), { configMaps: [configMap("settings", {})] })).toEqual([]);
    expect(find(mounting("settings", 'configmap "other"'))).toEqual([]);
    const optional = template("catalog", [
      container({ env: [{ name: "KEY", valueFrom: { secretKeyRef: { name: "keyz", key: "key", optional: true } } }] }),
    ]);
    expect(find(newcomer("catalog", optional, noSecret))).toEqual([]);
  });
});
