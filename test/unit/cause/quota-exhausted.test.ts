import { expect, test } from "vitest";
import type { Evidence } from "../../../src/cause/cause.ts";
import { quotaExhausted } from "../../../src/cause/quota-exhausted.ts";
import type { KubernetesObject } from "../../../src/kubernetes/object.ts";
import { container, healthy, metadata, template, together, turnedAway } from "../../support/evidence.ts";

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

const quota = (hard: string, used: string) => ({
  listed: {
    ResourceQuota: [
      {
        apiVersion: "v1",
        kind: "ResourceQuota",
        metadata: metadata("ResourceQuota", "compute"),
        spec: { hard: { "requests.cpu": hard, pods: "10" } },
        status: { hard: { "requests.cpu": hard, pods: "10" }, used: { "requests.cpu": used, pods: "3" } },
      } as KubernetesObject,
    ],
  },
});

test("a quota that allows less than is in use came after what runs: it gets room for that and for what is missing", () => {
  const [found] = find(turnedAway("api", asking("50m"), message), quota("200m", "600m"));
  expect(found?.evidence[1]).toBe("More is in use than it allows, so that it came, or became smaller, after what runs here.");
  const room = {
    type: "patch",
    target: { kind: "ResourceQuota", namespace: "shop", name: "compute" },
    // Two pods of 500m each are missing.
    operations: [{ op: "replace", path: "/spec/hard/requests.cpu", value: "1600m" }],
  };
  expect(found?.remedies.map(({ actions }) => actions)).toEqual([
    [room, { type: "restart", target: { kind: "Deployment", namespace: "shop", name: "api" } }],
    [room],
  ]);
  expect(found?.remedies[1]?.intent).toBe("Give ResourceQuota shop/compute room for what was here before it: requests.cpu=1600m.");
});

test("memory and pieces are written in their own units", () => {
  const lacking = message.replaceAll("requests.cpu=500m", "limits.memory=64Mi,pods=1").replaceAll("requests.cpu=", "limits.memory=");
  const [listed] = quota("200m", "600m").listed.ResourceQuota;
  const full = {
    ...listed,
    spec: { hard: { "limits.memory": "128Mi", pods: "1" } },
    status: { used: { "limits.memory": "1Gi", pods: "4" } },
  };
  const [found] = find(turnedAway("api", asking("50m"), lacking), { listed: { ResourceQuota: [full as unknown as KubernetesObject] } });
  expect(found?.remedies[1]?.actions).toMatchObject([
    {
      operations: [
        { op: "replace", path: "/spec/hard/limits.memory", value: "1152Mi" },
        { op: "replace", path: "/spec/hard/pods", value: "6" },
      ],
    },
  ]);
});

test("one that is merely used up is a person's to raise", () => {
  expect(find(turnedAway("api", asking("50m"), message), quota("200m", "200m"))).toMatchObject([{ remedies: [] }]);
});
