import { expect, test } from "vitest";
import type { Evidence } from "../../../src/cause/cause.ts";
import { dnsSettings } from "../../../src/cause/dns-settings.ts";
import { container, healthy, running, stuckRollout, template, together } from "../../support/evidence.ts";

const subject = { subject: { kind: "Deployment", namespace: "shop", name: "frontend" } };
const target = { kind: "Deployment", namespace: "shop", name: "frontend" };
const dead = { dnsPolicy: "None", dnsConfig: { nameservers: ["192.0.2.53"] } };
const wrong = template("frontend", [container()], dead);
const find = (...parts: readonly Partial<Evidence>[]) => dnsSettings.diagnose(together(...parts));

test("the API's default comes back where everybody else has it", () => {
  const [found] = find(healthy("frontend", wrong), healthy("stock"), subject);
  expect(found).toMatchObject({ component: target, confidence: 0.72 });
  expect(found?.evidence).toEqual([
    'Pods of Deployment shop/frontend have dnsPolicy "None" with the servers "192.0.2.53": they do not ask the cluster\'s DNS.',
    "The other workloads of the namespace (1) do.",
  ]);
  expect(found?.remedies.map(({ actions }) => actions)).toEqual([
    [
      {
        type: "patch",
        target,
        operations: [
          { op: "replace", path: "/spec/template/spec/dnsPolicy", value: "ClusterFirst" },
          { op: "remove", path: "/spec/template/spec/dnsConfig" },
        ],
      },
    ],
  ]);
});

test("what the template said before comes first", () => {
  const changed = stuckRollout("frontend", {
    old: template("frontend", [container()], { dnsPolicy: "ClusterFirst" }),
    now: wrong,
    status: running(),
  });
  const [found] = find(changed, healthy("stock"), subject);
  expect(found?.confidence).toBe(0.88);
  expect(found?.remedies.map(({ actions }) => actions[0]?.type)).toEqual(["rollback", "patch", "patch"]);
});

test("on the node's network, far from the alert, or where nobody does otherwise, it is none or has no remedy", () => {
  const onNode = template("frontend", [container()], { ...dead, dnsPolicy: "Default", hostNetwork: true });
  expect(find(healthy("frontend", onNode), healthy("stock"), subject)).toEqual([]);
  expect(find(healthy("other", template("other", [container()], dead)), healthy("frontend"), subject)).toEqual([]);
  expect(find(healthy("frontend", wrong), subject)).toMatchObject([{ confidence: 0.5, remedies: [] }]);
});
