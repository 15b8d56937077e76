import { expect, test } from "vitest";
import type { Evidence } from "../../../src/cause/cause.ts";
import { quotaExhausted } from "../../../src/cause/quota-exhausted.ts";
import { container, healthy, template, together, turnedAway } from "../../support/evidence.ts";

const message =
  'pods "api-x" is forbidden: exceeded quota: compute, requested: requests.cpu=500m, used: requests.cpu=100m, limited: requests.cpu=200m';
const asking = (cpu: string) => template("api", [container({ resources: { requests: { cpu } } })]);
const find = (...parts: readonly Partial<Evidence>[]) => quotaExhausted.diagnose(together(...parts));

test("a template that asks for more than before goes back", () => {
  const [found, ...others] = find(turnedAway("api", asking("500m"), message, asking("50m")));
  expect(others).toEqual([]);
  expect(found).toMatchObject({ component: { kind: "Deployment", name: "api" }, confidence: 0.8 });
  expect(found?.remedies.map(({ actions }) => actions)).toMatchObject([
    [{ type: "rollback", toRevision: 1 }],
    [{ type: "patch", operations: [{ op: "replace", path: "/spec/template/spec/containers/0/resources/requests/cpu", value: "50m" }] }],
  ]);
});

test("one that asks for no more is told to a person: how much a namespace may use is not decided here", () => {
  expect(find(turnedAway("api", asking("50m"), message))).toEqual([
    {
      cause: "quota-exhausted",
      component: { kind: "ResourceQuota", namespace: "shop", name: "compute" },
      confidence: 0.85,
      evidence: [
        'No further pod of Deployment shop/api can be made: ResourceQuota shop/compute has no room for "requests.cpu=500m" more, with "requests.cpu=100m" in use of "requests.cpu=200m".',
        "Its template asks for no more than before: raise the quota, or free what others use of it.",
      ],
      remedies: [],
    },
  ]);
});

test("a workload that has its pods is none, whatever an old event says", () => {
  const parts = turnedAway("api", asking("50m"), message);
  const deployments = (parts.deployments ?? []).map((one) => ({ ...one, status: { replicas: 2, readyReplicas: 2, updatedReplicas: 2 } }));
  expect(find({ ...parts, deployments }, healthy("stock"))).toEqual([]);
});
