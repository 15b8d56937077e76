// What infra/kubernetes says beside what the code needs: neither may drift from the other. Needs no cluster.

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadAllYaml } from "@kubernetes/client-node";
import { describe, expect, test } from "vitest";
import { defaultWritable } from "../../src/action/writable.ts";
import { defaultPolicy, isProtectedNamespace } from "../../src/action/policy.ts";
import { readConfig } from "../../src/config.ts";
import { isKind, kinds } from "../../src/kubernetes/kind.ts";

const infra = join(import.meta.dirname, "..", "..", "infra");

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

interface Manifest {
  readonly kind: string;
  readonly metadata?: { readonly name: string };
  readonly rules?: readonly Rule[];
  readonly subjects?: readonly { readonly kind: string; readonly name: string; readonly namespace: string }[];
  readonly configMapGenerator?: readonly { readonly literals: readonly string[] }[];
}

function read(pattern: string): readonly Manifest[] {
  const paths = globSync(pattern, { cwd: join(infra, "kubernetes") });
  return paths.flatMap((path) => loadAllYaml(readFileSync(join(infra, "kubernetes", path), "utf8")) as Manifest[]);
}

/** `apps/deployments`, or `configmaps` of the core group. */
function permitted(kind: string): string[] {
  const rules = read("{base,actuator}/*.yaml").flatMap((manifest) => (manifest.kind === kind ? (manifest.rules ?? []) : []));
  return rules
    .flatMap(({ apiGroups, resources }) =>
      apiGroups.flatMap((group) => resources.map((name) => (group === "" ? name : `${group}/${name}`))),
    )
    .toSorted();
}

function routes(names: readonly string[]): string[] {
  return names
    .flatMap((name) => (isKind(name) ? [kinds[name]] : []))
    .map(({ apiVersion, plural }) => (apiVersion.includes("/") ? `${apiVersion.split("/")[0]}/${plural}` : plural))
    .toSorted();
}

describe("rights", () => {
  test("the reader reads exactly the kinds of src/kubernetes/kind.ts", () => {
    expect(permitted("ClusterRole")).toEqual(routes(Object.keys(kinds)));
  });

  test("the actuator patches exactly what actions may target, and what controllers copy their marks to", () => {
    expect(permitted("Role")).toEqual(routes([...Object.keys(defaultWritable), "ReplicaSet", "ControllerRevision"]));
  });

  test("get, list and patch are all the verbs there are, without wildcards or subresources", () => {
    const manifests = read("{base,actuator}/*.yaml");
    const verbs = (kind: string): string[] => [
      ...new Set(manifests.flatMap((manifest) => (manifest.kind === kind ? (manifest.rules ?? []) : [])).flatMap((rule) => rule.verbs)),
    ];
    expect(verbs("ClusterRole")).toEqual(["get", "list"]);
    expect(verbs("Role")).toEqual(["patch"]);
    const all = manifests.flatMap((manifest) => manifest.rules ?? []);
    expect(all.flatMap(({ apiGroups, resources }) => [...apiGroups, ...resources]).filter((name) => /[*/]|secrets/.test(name))).toEqual([]);
  });

  test("every binding and both policies name the same account", () => {
    const subjects = read("{base,actuator}/*.yaml").flatMap((manifest) => manifest.subjects ?? []);
    const account = { kind: "ServiceAccount", name: "stratus", namespace: "stratus" };
    expect(subjects).toEqual([account, account]);
    for (const name of ["writes", "nothing-else"]) {
      const text = readFileSync(join(infra, "kubernetes", "admission", `${name}.yaml`), "utf8");
      expect([...text.matchAll(/system:serviceaccount:[\w:-]+/g)].map(([found]) => found)).toEqual([
        "system:serviceaccount:stratus:stratus",
      ]);
    }
  });
});

function quoted(text: string | undefined): string[] {
  return [...(text ?? "").matchAll(/"([a-z-]+)"/g)].map(([, name = ""]) => name).toSorted();
}

describe("protected namespaces", () => {
  const policy = readFileSync(join(infra, "kubernetes", "admission", "writes.yaml"), "utf8");
  const code = readFileSync(join(infra, "..", "src", "action", "policy.ts"), "utf8");
  const names = quoted(/request\.namespace in \[([^\]]*)\]/.exec(policy)?.[1]);
  const prefixes = quoted(/\[([^\]]*)\]\.exists\(prefix/.exec(policy)?.[1]);

  test("are the same to the admission policy and to the code", () => {
    expect(names).toEqual(quoted(/alwaysProtected = \[([^\]]*)\]/.exec(code)?.[1]));
    expect(prefixes).toEqual(quoted(/alwaysProtectedPrefixes = \[([^\]]*)\]/.exec(code)?.[1]));
    expect([...names, ...prefixes.map((prefix) => `${prefix}x`)].filter((name) => !isProtectedNamespace(defaultPolicy, name))).toEqual([]);
    expect(names.length).toBeGreaterThan(10);
  });
});

describe("settings", () => {
  const settings = read("{kustomization.yaml,base/kustomization.yaml}").flatMap(({ configMapGenerator = [] }) => configMapGenerator);
  const environment = Object.fromEntries(
    settings.flatMap(({ literals }) => literals).map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );

  test("are all known to Stratus", () => {
    expect(readConfig({ ...environment, STRATUS_WEBHOOK_SECRET: "a-secret-of-32-characters-or-more" })).toMatchObject({ ok: true });
    expect(Object.keys(environment)).toContain("STRATUS_PROMETHEUS_URL");
  });

  test("put the ledger on the volume, and leave the port to the default that the Service names", () => {
    const deployment = readFileSync(join(infra, "kubernetes", "base", "deployment.yaml"), "utf8");
    const mount = /name: ledger, mountPath: (\S+) }/.exec(deployment)?.[1] ?? "none";
    expect(environment["STRATUS_LEDGER"]).toBe(`${mount}/ledger.sqlite`);
    expect(deployment).toContain("containerPort: 8080");
    expect(environment).not.toHaveProperty("STRATUS_PORT");
  });
});

describe("Alertmanager", () => {
  test.each(["node", "lambda", "worker"])("%s.yaml sends everything, resolved ones too, with the secret", (name) => {
    const [config] = loadAllYaml(readFileSync(join(infra, "alertmanager", `${name}.yaml`), "utf8")) as readonly unknown[];
    expect(config).toMatchObject({
      receivers: [
        { name: "people" },
        {
          name: "stratus",
          webhook_configs: [
            {
              url: expect.stringMatching(/^https?:\/\/\S+\/alerts$/) as string,
              send_resolved: true,
              max_alerts: 0,
              http_config: { authorization: { type: "Bearer" } },
            },
          ],
        },
      ],
    });
  });
});
