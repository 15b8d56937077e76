import { describe, expect, test } from "vitest";
import type { Evidence } from "../../../src/cause/cause.ts";
import { environmentVariableMissing, unsetVariablesOf } from "../../../src/cause/environment-variable-missing.ts";
import { configMap, container, crashing, evidence, healthy, newcomer, running, template, together } from "../../support/evidence.ts";

const target = { kind: "Deployment", namespace: "shop", name: "worker" };
const script = (text: string, env?: readonly { readonly name: string; readonly value: string }[]) =>
  template("worker", [container({ image: "busybox", command: ["/bin/sh", "-c"], args: [text], ...(env === undefined ? {} : { env }) })]);
const reads = script('if [ -z "${DEPLOY_ENV:-}" ]; then exit 1; fi');
const withEnv = (app: string, value: string) => template(app, [container({ env: [{ name: "DEPLOY_ENV", value }] })]);
const find = (...parts: readonly Partial<Evidence>[]) => environmentVariableMissing.diagnose(together(...parts));

const operations = (env: readonly { readonly name: string; readonly value: string }[]) =>
  find(newcomer("worker", script("echo $DEPLOY_ENV; exit 1", env), crashing(1)), healthy("api", withEnv("api", "production")))[0]
    ?.remedies[0]?.actions;

describe("a variable that is read and not set", () => {
  test("gets the value that the healthy workloads of the namespace agree on", () => {
    const [found, ...others] = find(newcomer("worker", reads, crashing(1)), healthy("api", withEnv("api", "production")));
    expect(others).toEqual([]);
    expect(found).toMatchObject({ component: target, confidence: 0.85 });
    expect(found?.evidence.slice(1)).toEqual([
      "The command of container app reads DEPLOY_ENV, which is not set.",
      "Deployment shop/api sets it.",
    ]);
    expect(found?.remedies.map(({ actions }) => actions)).toEqual([
      [
        {
          type: "patch",
          target,
          operations: [{ op: "add", path: "/spec/template/spec/containers/0/env", value: [{ name: "DEPLOY_ENV", value: "production" }] }],
        },
      ],
    ]);
  });

  test("is added to what is set already, and replaces an empty one", () => {
    const value = { name: "DEPLOY_ENV", value: "production" };
    expect(operations([{ name: "A", value: "b" }])).toMatchObject([
      { operations: [{ op: "add", path: "/spec/template/spec/containers/0/env/-", value }] },
    ]);
    expect(operations([{ name: "DEPLOY_ENV", value: "" }])).toMatchObject([
      { operations: [{ op: "replace", path: "/spec/template/spec/containers/0/env/0", value }] },
    ]);
  });

  test("is a diagnosis alone when others disagree, when nobody has it, and when it comes from a Secret", () => {
    const crash = newcomer("worker", reads, crashing(1));
    const secret = template("api", [
      container({ env: [{ name: "DEPLOY_ENV", valueFrom: { secretKeyRef: { name: "keys", key: "env" } } }] }),
    ]);
    for (const others of [[healthy("a", withEnv("a", "x")), healthy("b", withEnv("b", "y"))], [], [healthy("api", secret)]])
      expect(find(crash, ...others)).toMatchObject([{ confidence: 0.55, remedies: [] }]);
  });

  test("is none while the container runs, or when it ran out of memory", () => {
    expect(find(newcomer("worker", reads, running()), healthy("api", withEnv("api", "production")))).toEqual([]);
    expect(find(newcomer("worker", reads, crashing(137, "OOMKilled")), healthy("api", withEnv("api", "production")))).toEqual([]);
  });

  test("nobody reads it, but every healthy workload of the image carries it", () => {
    const bare = newcomer("worker", template("worker"), crashing(1));
    const [found] = find(bare, healthy("a", withEnv("a", "x")), healthy("b", withEnv("b", "x")));
    expect(found).toMatchObject({
      confidence: 0.6,
      remedies: [{ actions: [{ operations: [{ value: [{ name: "DEPLOY_ENV", value: "x" }] }] }] }],
    });
    expect(find(bare, healthy("a", withEnv("a", "x")))).toEqual([]);
  });
});

describe("what a command reads", () => {
  test.each<[string, string, string[]]>([
    ["in braces and without", "echo $ONE ${TWO} ${THREE:-x}", ["ONE", "TWO", "THREE"]],
    ["as Kubernetes writes it", "--url=http://$(HOST_NAME)/", ["HOST_NAME"]],
    ["not what it sets itself", 'A=$(head -c 1 /dev/zero); B=1; echo "$A$B $B"; for C in 1; do echo $C; done', []],
    ["not what everybody is given", "echo $PATH $HOSTNAME $POSTGRES_SERVICE_HOST $KUBERNETES_SERVICE_PORT $DB_PORT_5432_TCP_ADDR", []],
    ["not what is no name", "echo $1 $$ $? $lower", []],
  ])("%s", (_name, text, expected) => {
    expect(unsetVariablesOf(container({ args: [text] }), evidence())).toEqual(expected);
  });

  test("keys of a ConfigMap count as set, and a Secret may hold anything", () => {
    const configMaps = [configMap("settings", { MODE: "fast" })];
    const from = (envFrom: NonNullable<ReturnType<typeof container>["envFrom"]>) =>
      unsetVariablesOf(container({ args: ["$MODE $X_MODE"], envFrom }), evidence({ configMaps }));
    expect(from([{ configMapRef: { name: "settings" } }])).toEqual(["X_MODE"]);
    expect(from([{ prefix: "X_", configMapRef: { name: "settings" } }])).toEqual(["MODE"]);
    expect(from([{ secretRef: { name: "keys" } }])).toEqual([]);
  });
});
