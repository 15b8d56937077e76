import { describe, expect, test } from "vitest";
import type { Evidence } from "../../../src/cause/cause.ts";
import { quotaDemandsResources } from "../../../src/cause/quota-demands-resources.ts";
import { container, metadata, template, together, turnedAway } from "../../support/evidence.ts";

const target = { kind: "Deployment", namespace: "shop", name: "api" };
const quota = (hard: Record<string, string>, used: Record<string, string> = {}) => ({
  listed: {
    ResourceQuota: [
      { apiVersion: "v1", kind: "ResourceQuota", metadata: metadata("ResourceQuota", "compute"), spec: { hard }, status: { hard, used } },
    ],
  },
});
const find = (...parts: readonly Partial<Evidence>[]) => quotaDemandsResources.diagnose(together(...parts));
const api = template("api", [container({ resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "64Mi" } } })]);
const noCpu = turnedAway("api", api, 'pods "api-x" is forbidden: failed quota: compute: must specify limits.cpu for: app');

describe("a quota that demands what a container does not say", () => {
  test("the container gets its share of what is left, a rollout's further pod included", () => {
    // Two replicas and one more: 600m of which 60m are used, in three parts.
    const [found, ...others] = find(noCpu, quota({ "limits.cpu": "600m" }, { "limits.cpu": "60m" }));
    expect(others).toEqual([]);
    expect(found).toMatchObject({ component: target, confidence: 0.9 });
    expect(found?.evidence).toEqual([
      "No pod of Deployment shop/api can be made: ResourceQuota shop/compute demands limits.cpu of every container.",
      "Container app sets no limits.cpu.",
    ]);
    expect(found?.remedies.map(({ actions }) => actions)).toEqual([
      [
        {
          type: "patch",
          target,
          operations: [{ op: "add", path: "/spec/template/spec/containers/0/resources/limits/cpu", value: "180m" }],
        },
      ],
    ]);
  });

  test("what is not there is made on the way", () => {
    const bare = turnedAway(
      "api",
      template("api", [{ name: "app", image: "shop:1" }]),
      "forbidden: failed quota: compute: must specify limits.cpu for: app; limits.memory for: app",
    );
    const [found] = find(bare, quota({ "limits.cpu": "3", "limits.memory": "300Mi" }));
    expect(found?.remedies[0]?.actions).toMatchObject([
      {
        operations: [
          { op: "add", path: "/spec/template/spec/containers/0/resources", value: {} },
          { op: "add", path: "/spec/template/spec/containers/0/resources/limits", value: {} },
          { op: "add", path: "/spec/template/spec/containers/0/resources/limits/cpu", value: "1000m" },
          { op: "add", path: "/spec/template/spec/containers/0/resources/limits/memory", value: "100Mi" },
        ],
      },
    ]);
  });

  test("what an earlier template said comes first", () => {
    const before = template("api", [container({ resources: { limits: { cpu: "50m", memory: "64Mi" } } })]);
    const parts = turnedAway("api", api, "forbidden: failed quota: compute: must specify limits.cpu for: app", before);
    const [found] = find(parts, quota({ "limits.cpu": "600m" }));
    expect(found?.remedies[0]?.actions).toMatchObject([{ type: "rollback", toRevision: 1 }]);
  });

  test("a share that is of no use is none", () => {
    expect(find(noCpu, quota({ "limits.cpu": "20m" }))).toMatchObject([{ remedies: [] }]);
  });

  test("an exceeded quota is another cause, and a quota that is gone none", () => {
    const exceeded = turnedAway("api", api, "forbidden: exceeded quota: compute, requested: pods=1, used: pods=2, limited: pods=2");
    expect(find(exceeded, quota({ pods: "2" }))).toEqual([]);
    expect(find(noCpu)).toEqual([]);
  });
});
