import { expect, test } from "vitest";
import type { Evidence } from "../../../src/cause/cause.ts";
import { initContainerWaits } from "../../../src/cause/init-container-waits.ts";
import { ago, container, healthy, newcomer, service, template, together, waiting } from "../../support/evidence.ts";

function waits(script: string, secondsAgo = 120): Partial<Evidence> {
  const spec = { initContainers: [{ name: "wait", image: "busybox", command: ["sh", "-c", script] }] };
  const status = {
    initContainerStatuses: [{ name: "wait", ready: false, restartCount: 0, state: { running: { startedAt: ago(secondsAgo) } } }],
  };
  return newcomer("web", template("web", [container()], spec), waiting("PodInitializing"), status);
}
const find = (...parts: readonly Partial<Evidence>[]) => initContainerWaits.diagnose(together(...parts));

test("a name that is a slip away from the only Service is corrected", () => {
  const [found] = find(waits("until nslookup stcok; do sleep 1; done"), healthy("stock"));
  expect(found).toMatchObject({ component: { kind: "Deployment", name: "web" }, confidence: 0.85 });
  expect(found?.remedies[0]?.actions).toMatchObject([
    {
      operations: [
        { op: "replace", path: "/spec/template/spec/initContainers/0/command/2", value: "until nslookup stock; do sleep 1; done" },
      ],
    },
  ]);
});

test("a name that may mean anything, or none at all, is told", () => {
  expect(find(waits("until nc -z database 5432; do sleep 1; done"), healthy("stock"))).toMatchObject([
    {
      confidence: 0.7,
      remedies: [],
      evidence: [
        "Pod web-r1-a of Deployment shop/web did not get past init container wait.",
        'It waits for "database", and there is no such Service here.',
      ],
    },
  ]);
  expect(find(waits("sleep infinity"), healthy("stock"))).toMatchObject([{ confidence: 0.4, remedies: [] }]);
});

test("one that has just begun is none", () => {
  expect(find(waits("until nslookup stcok; do sleep 1; done", 5), healthy("stock"))).toEqual([]);
});

test("a Service of this namespace that is looked for in another one is looked for here", () => {
  const script = "# nslookup of busybox\nuntil found database.prod; do echo waiting for database.prod; sleep 1; done";
  const [found] = find(waits(script), healthy("database"), { services: [service("database")] });
  expect(found?.evidence[1]).toBe('It waits for "database.prod", and there is no such Service here.');
  expect(found?.remedies.map(({ actions }) => actions)).toMatchObject([
    [
      {
        operations: [
          {
            op: "replace",
            path: "/spec/template/spec/initContainers/0/command/2",
            value: "# nslookup of busybox\nuntil found database; do echo waiting for database; sleep 1; done",
          },
        ],
      },
    ],
  ]);
});

test("unless the app itself calls it there", () => {
  const app = container({ args: ["--db=database.prod:5432"] });
  const spec = {
    initContainers: [{ name: "wait", image: "busybox", command: ["sh", "-c", "until found database.prod; do sleep 1; done"] }],
  };
  const status = { initContainerStatuses: [{ name: "wait", ready: false, restartCount: 0, state: { running: { startedAt: ago(120) } } }] };
  const [found] = find(newcomer("web", template("web", [app], spec), waiting("PodInitializing"), status), {
    services: [service("database")],
  });
  expect(found?.remedies).toEqual([]);
});
