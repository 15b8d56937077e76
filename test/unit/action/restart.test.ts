import { describe, expect, test } from "vitest";
import { asKubectl, inverseOf, mayTouch, needsOf, transientBudgetOf } from "../../../src/action/catalogue.ts";
import { agent, compiled, front, object, settings, web } from "./objects.ts";

const action = { type: "restart", target: web } as const;
const restartedAt = {
  op: "add",
  path: "/spec/template/metadata/annotations/kubectl.kubernetes.io~1restartedAt",
  value: "2026-01-02T03:04:05.000Z",
};

describe("restart", () => {
  test("writes the annotation that kubectl writes", () => {
    expect(compiled(action, object(web, { spec: { template: { metadata: { annotations: { a: "1" } } } } }))).toEqual([restartedAt]);
  });

  test("creates what is missing on the way, and only that", () => {
    expect(compiled(action, object(web, { spec: { template: { metadata: { labels: {} } } } }))).toEqual([
      { op: "add", path: "/spec/template/metadata/annotations", value: {} },
      restartedAt,
    ]);
    expect(compiled(action, object(web, { spec: { template: {} } }))).toEqual([
      { op: "add", path: "/spec/template/metadata", value: {} },
      { op: "add", path: "/spec/template/metadata/annotations", value: {} },
      restartedAt,
    ]);
  });

  test("is refused where there are no pods, and where none would start", () => {
    expect(compiled({ ...action, target: front }, object(front))).toBe("Service shop/front: a Service has no pods to restart");
    expect(compiled({ ...action, target: settings }, object(settings))).toBe("ConfigMap shop/settings: a ConfigMap has no pods to restart");
    expect(compiled(action, object(web, { spec: { paused: true, template: {} } }))).toBe(
      "Deployment shop/web is paused: its pods would not start anew",
    );
  });

  test("says what it needs, touches, costs and how a person would type it", () => {
    expect(needsOf(action)).toEqual([]);
    expect(mayTouch(action)).toEqual(["/spec/template/metadata/annotations/**"]);
    expect(inverseOf(action)).toBe("replay");
    expect(transientBudgetOf(action, 2)).toBe(8);
    expect(asKubectl({ ...action, target: agent })).toBe("kubectl -n shop rollout restart daemonset/agent");
  });
});
