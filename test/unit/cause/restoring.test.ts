import { expect, test } from "vitest";
import type { Action } from "../../../src/action/action.ts";
import type { Evidence } from "../../../src/cause/cause.ts";
import { withNewTries } from "../../../src/cause/restoring.ts";
import { container, template, together, turnedAway } from "../../support/evidence.ts";

const message =
  'pods "api-x" is forbidden: exceeded quota: compute, requested: requests.cpu=500m, used: requests.cpu=100m, limited: requests.cpu=200m';
const asking = template("api", [container({ resources: { requests: { cpu: "50m" } } })]);
const raise: Action = { type: "patch", target: { kind: "ResourceQuota", namespace: "shop", name: "compute" }, operations: [] };
const remedy = { intent: "Raise the quota.", actions: [raise] };

/** What is done in which order, by its first words. */
function tried(quota: string, readyReplicas: number) {
  const parts = turnedAway("api", asking, message);
  const deployments = (parts.deployments ?? []).map((one) => ({
    ...one,
    status: { ...one.status, readyReplicas, updatedReplicas: readyReplicas },
  }));
  const evidence: Evidence = together({ ...parts, deployments });
  return withNewTries(remedy, (said) => said.includes(`exceeded quota: ${quota},`), evidence).map(({ actions }) =>
    actions.map(({ type, target }) => `${type} ${target.kind}`),
  );
}

test("a workload of which nothing runs is restarted with the quota, so that its controller asks at once", () => {
  expect(tried("compute", 0)).toEqual([["patch ResourceQuota", "restart Deployment"], ["patch ResourceQuota"]]);
});

test("where pods still run the quota alone is tried first", () => {
  expect(tried("compute", 1)).toEqual([["patch ResourceQuota"], ["patch ResourceQuota", "restart Deployment"]]);
});

test("a workload that another quota keeps from pods is left alone", () => {
  expect(tried("comput", 0)).toEqual([["patch ResourceQuota"]]);
  expect(tried("storage", 0)).toEqual([["patch ResourceQuota"]]);
});

test("the words say both", () => {
  const { intent } = withNewTries(remedy, () => true, together(turnedAway("api", asking, message)))[0] ?? { intent: "" };
  expect(intent).toBe("Raise the quota, and restart what waits for pods.");
});
