// What infra/kubernetes says beside what the code needs: neither may drift from the other. Needs no cluster.

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadAllYaml } from "@kubernetes/client-node";
import { describe, expect, test } from "vitest";
import {
  permissionsOf,
  permissionsOfCluster,
  permissionsOfModel,
  permissionsToLook,
  permissionsToLookAnywhere,
  permissionsToTidy,
} from "../../src/action/permission.ts";
import type { NeededByAction, Permission } from "../../src/action/permission.ts";
import { defaultPolicy, isProtectedNamespace } from "../../src/action/policy.ts";
import { defaultWritable } from "../../src/action/writable.ts";
import { readConfig } from "../../src/config.ts";
import { kinds, routeOf } from "../../src/kubernetes/kind.ts";

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
  readonly spec?: {
    readonly matchConstraints?: { readonly resourceRules: readonly (Omit<Rule, "verbs"> & { readonly operations: readonly string[] })[] };
    readonly variables?: readonly { readonly name: string; readonly expression: string }[];
    readonly validations?: readonly { readonly expression: string }[];
  };
}

function read(pattern: string): readonly Manifest[] {
  const paths = globSync(pattern, { cwd: join(infra, "kubernetes") });
  return paths.flatMap((path) => loadAllYaml(readFileSync(join(infra, "kubernetes", path), "utf8")) as Manifest[]);
}

const rbac = "{base,actuator,nodes,logs}/*.yaml";

/** `patch apps/deployments`, or `patch configmaps` of the core group. */
function granted(pattern: string, kind: "Role" | "ClusterRole"): string[] {
  const rules = read(pattern).flatMap((manifest) => (manifest.kind === kind ? (manifest.rules ?? []) : []));
  return rules.flatMap(({ verbs, ...group }) => resourcesOf(group).flatMap((name) => verbs.map((verb) => `${verb} ${name}`))).toSorted();
}

function resourcesOf({ apiGroups, resources }: Omit<Rule, "verbs">): string[] {
  return apiGroups.flatMap((group) => resources.map((name) => (group === "" ? name : `${group}/${name}`)));
}

function routeName(kind: string): string {
  const route = routeOf(kind, {});
  if (route === undefined) throw new Error(`${kind} is no kind`);
  const [group, version] = route.apiVersion.split("/");
  return version === undefined ? route.plural : `${group ?? ""}/${route.plural}`;
}

/** What the code asks for beside reading, as a role grants it. */
function written(needed: NeededByAction): string[] {
  const all = Object.values(needed).flatMap(({ write, inverse }) => [...write, ...inverse]);
  return granting(all.filter(({ verb }) => verb !== "get" && verb !== "list"));
}

function granting(permissions: readonly Permission[]): string[] {
  const told = permissions.map(
    ({ verb, kind, subresource }) => `${verb} ${routeName(kind)}${subresource === undefined ? "" : `/${subresource}`}`,
  );
  return [...new Set(told)].toSorted();
}

const namespaced = [...written(permissionsOf(defaultWritable)), ...granting(permissionsToTidy.filter(({ verb }) => verb === "patch"))];
const clusterScoped = written(permissionsOfCluster(defaultWritable));

describe("rights", () => {
  test("the reader reads exactly the kinds of src/kubernetes/kind.ts", () => {
    const expected = Object.keys(kinds).flatMap((kind) => ["get", "list"].map((verb) => `${verb} ${routeName(kind)}`));
    expect(granted("base/*.yaml", "ClusterRole")).toEqual(expected.toSorted());
  });

  test("the reader reads whatever an action reads, and whatever is looked at", () => {
    const needed = Object.values({ ...permissionsOfCluster(defaultWritable), ...permissionsOf(defaultWritable) });
    const asked = [
      ...needed.flatMap(({ write, inverse }) => [...write, ...inverse]),
      ...permissionsToLook,
      ...permissionsToLookAnywhere,
      ...permissionsToTidy,
    ];
    const reads = granting(asked.filter(({ verb }) => verb === "get" || verb === "list"));
    const may = granted("base/*.yaml", "ClusterRole");
    expect(reads.filter((one) => !may.includes(one))).toEqual([]);
  });

  test("the actuator writes exactly what the policy lets actions do, and takes marks off what controllers copy them to", () => {
    expect(granted("actuator/*.yaml", "Role")).toEqual([...new Set(namespaced)].toSorted());
  });

  test("nodes are a part of their own, which is not included", () => {
    expect(granted("nodes/*.yaml", "ClusterRole")).toEqual(clusterScoped);
    expect(clusterScoped).toEqual(["patch nodes"]);
    const [kustomization] = read("kustomization.yaml") as readonly { readonly resources?: readonly string[] }[];
    expect(kustomization?.resources).toEqual(["base"]);
  });

  test("logs are a part of their own, which is not included, and the only right that a language model adds", () => {
    expect(granted("logs/*.yaml", "ClusterRole")).toEqual(granting(permissionsOfModel));
    expect(granting(permissionsOfModel)).toEqual(["get pods/log"]);
  });

  test("get, list, patch, create and delete are all the verbs there are, without wildcards, collections or Secrets", () => {
    const rules = read(rbac).flatMap((manifest) => manifest.rules ?? []);
    expect([...new Set(rules.flatMap(({ verbs }) => verbs))].toSorted()).toEqual(["create", "delete", "get", "list", "patch"]);
    const names = rules.flatMap(({ apiGroups, resources }) => [...apiGroups, ...resources]);
    expect(names.filter((name) => /[*/]|secret/.test(name))).toEqual(["pods/log", "pods/eviction"]);
    expect(
      read(rbac)
        .filter(({ kind }) => kind === "ClusterRole")
        .map(({ metadata }) => metadata?.name ?? "")
        .toSorted(),
    ).toEqual(["stratus-logs", "stratus-nodes", "stratus-reader"]);
  });

  test("every binding and every policy names the same account", () => {
    const subjects = read(rbac).flatMap((manifest) => manifest.subjects ?? []);
    const account = { kind: "ServiceAccount", name: "stratus", namespace: "stratus" };
    expect(subjects).toEqual([account, account, account, account]);
    for (const name of ["writes", "whole-objects", "nothing-else"]) {
      const text = readFileSync(join(infra, "kubernetes", "admission", `${name}.yaml`), "utf8");
      expect([...text.matchAll(/system:serviceaccount:[\w:-]+/g)].map(([found]) => found)).toEqual([
        "system:serviceaccount:stratus:stratus",
      ]);
    }
  });
});

const policies = Object.fromEntries(
  read("admission/*.yaml").flatMap((each) => (each.kind === "ValidatingAdmissionPolicy" ? [[each.metadata?.name ?? "", each]] : [])),
);

function variable(policy: string, name: string): string {
  return policies[policy]?.spec?.variables?.find((each) => each.name === name)?.expression ?? "";
}

function matched(policy: string, operation: string): string[] {
  const rules = policies[policy]?.spec?.matchConstraints?.resourceRules ?? [];
  return rules.flatMap((rule) => (rule.operations.includes(operation) ? resourcesOf(rule) : [])).toSorted();
}

/** Of the list of a policy, in which the core group has a slash before it. */
function resourcesIn(expression: string): string[] {
  return (JSON.parse(expression.replaceAll(/\s+/g, " ")) as string[]).map((name) => name.replace(/^\//, "")).toSorted();
}

function of(verb: string): string[] {
  return [...new Set([...namespaced, ...clusterScoped])]
    .flatMap((one) => (one.startsWith(`${verb} `) ? [one.slice(verb.length + 1)] : []))
    .toSorted();
}

describe("the admission policies", () => {
  test("let through, and look at, what the roles grant and no more", () => {
    const whole = of("create").filter((name) => name !== "pods/eviction");
    expect(resourcesIn(variable("stratus-nothing-else", "updated"))).toEqual(of("patch"));
    expect(resourcesIn(variable("stratus-nothing-else", "made"))).toEqual(whole);
    expect(matched("stratus-writes", "UPDATE")).toEqual(of("patch"));
    expect(matched("stratus-whole-objects", "CREATE")).toEqual(of("create"));
    expect(matched("stratus-whole-objects", "DELETE")).toEqual(of("delete"));
    expect(of("delete")).toEqual(whole);
  });

  test("leave free the fields of the spec that the policy lists, and those that an action is for", () => {
    const byAction: Readonly<Record<string, readonly string[]>> = {
      Deployment: ["replicas", "template"],
      StatefulSet: ["replicas", "template"],
      DaemonSet: ["template"],
      CronJob: ["suspend"],
      Node: ["taints", "unschedulable"],
      HorizontalPodAutoscaler: ["maxReplicas", "minReplicas"],
      // All of it, field by field.
      NetworkPolicy: ["egress", "ingress", "podSelector", "policyTypes"],
    };
    const expected = Object.entries(defaultWritable).flatMap(([kind, { paths }]) => {
      const listed = paths.flatMap((path) => /^\/spec\/(\w+)/.exec(path)?.[1] ?? []);
      const fields = [...new Set([...listed, ...(byAction[kind] ?? [])])].toSorted();
      return fields.length === 0 ? [] : [[routeOf(kind, {})?.plural ?? kind, fields] as const];
    });
    const text = variable("stratus-writes", "freeSpecFields");
    const free = JSON.parse(text.slice(0, text.indexOf("}[?") + 1)) as Readonly<Record<string, readonly string[]>>;
    expect(Object.fromEntries(Object.entries(free).map(([plural, fields]) => [plural, fields.toSorted()]))).toEqual(
      Object.fromEntries(expected),
    );
  });

  test("let of the kinds that others may be using only what Stratus made be deleted", () => {
    const kept = Object.entries(defaultWritable).flatMap(([kind, entry]) =>
      entry.create && !entry.delete ? [routeOf(kind, {})?.plural ?? kind] : [],
    );
    const rule = policies["stratus-whole-objects"]?.spec?.validations?.find(({ expression }) => expression.includes("managedFields"));
    expect(quoted(/resource\.resource in \[([^\]]*)\]/.exec(rule?.expression ?? "")?.[1])).toEqual(kept.toSorted());
  });
});

function quoted(text: string | undefined): string[] {
  return [...(text ?? "").matchAll(/"([a-z-]+)"/g)].map(([, name = ""]) => name).toSorted();
}

describe("protected namespaces", () => {
  const policy = readFileSync(join(infra, "kubernetes", "admission", "nothing-else.yaml"), "utf8");
  const code = readFileSync(join(infra, "..", "src", "action", "policy.ts"), "utf8");
  const names = quoted(/variables\.within in \[([^\]]*)\]/.exec(policy)?.[1]);
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
