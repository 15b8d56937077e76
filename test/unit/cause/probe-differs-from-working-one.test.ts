import { describe, expect, test } from "vitest";
import type { Evidence } from "../../../src/cause/cause.ts";
import { probeDiffersFromWorkingOne } from "../../../src/cause/probe-differs-from-working-one.ts";
import type { Container, ContainerStatus } from "../../../src/kubernetes/object.ts";
import { ago, container, event, newcomer, probe, running, stuckRollout, template, together } from "../../support/evidence.ts";

const restarted = running("app", { ready: false, restartCount: 3, state: { running: { startedAt: ago(2) } } });
const unready = running("app", { ready: false });
function told(given: Partial<Container>, status: ContainerStatus, message: string): Partial<Evidence> {
  const parts = newcomer("web", template("web", [container(given)]), status);
  const [pod] = parts.pods ?? [];
  return { ...parts, events: pod === undefined ? [] : [event(pod, "Unhealthy", message)] };
}
const find = (...parts: readonly Partial<Evidence>[]) => probeDiffersFromWorkingOne.diagnose(together(...parts));
const operations = (parts: Partial<Evidence>) => find(parts)[0]?.remedies[0]?.actions[0];

describe("a probe that fails beside one that works", () => {
  test("asks the path of the other when its own is not found", () => {
    const parts = told({ livenessProbe: probe("/healthy", 5) }, restarted, "Liveness probe failed: HTTP probe failed with statuscode: 404");
    expect(find(parts)).toMatchObject([{ component: { kind: "Deployment", name: "web" }, confidence: 0.8 }]);
    expect(operations(parts)).toMatchObject({
      operations: [{ op: "replace", path: "/spec/template/spec/containers/0/livenessProbe/httpGet/path", value: "/readyz" }],
    });
  });

  test("asks the port of the other when its own is refused", () => {
    const parts = told(
      { readinessProbe: probe("/readyz", 3, 8080) },
      unready,
      'Readiness probe failed: Get "http://10.244.0.9:8080/readyz": dial tcp 10.244.0.9:8080: connect: connection refused',
    );
    expect(operations(parts)).toMatchObject({
      operations: [{ op: "replace", path: "/spec/template/spec/containers/0/readinessProbe/httpGet/port", value: 9898 }],
    });
  });

  test("where an earlier template asked something else, that is the better answer", () => {
    const now = template("web", [container({ readinessProbe: probe("/wrong", 3) })]);
    const parts = stuckRollout("web", { old: template("web"), now, status: unready });
    const broken = (parts.pods ?? []).find(({ spec }) => spec.containers[0]?.readinessProbe?.httpGet?.path === "/wrong");
    const events =
      broken === undefined ? [] : [event(broken, "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 404")];
    expect(events).toHaveLength(1);
    expect(find({ ...parts, events })).toEqual([]);
  });

  test("an answer that says the program is not well is none", () => {
    expect(find(told({}, unready, "Readiness probe failed: HTTP probe failed with statuscode: 503"))).toEqual([]);
  });
});

describe("a liveness probe that gives up at once", () => {
  const hasty = { ...probe("/healthz", 1), failureThreshold: 1 };
  const refused = 'Liveness probe failed: Get "http://10.244.0.9:9898/healthz": connection refused';

  test("gets Kubernetes' own patience when no earlier template tells better", () => {
    expect(operations(told({ livenessProbe: hasty }, restarted, refused))).toMatchObject({
      operations: [
        { op: "add", path: "/spec/template/spec/containers/0/livenessProbe/periodSeconds", value: 10 },
        { op: "add", path: "/spec/template/spec/containers/0/livenessProbe/failureThreshold", value: 3 },
      ],
    });
  });

  test("is none when it is patient already, or when the container stays up", () => {
    expect(find(told({ livenessProbe: probe("/healthz", 5) }, restarted, refused))).toEqual([]);
    expect(find(told({ livenessProbe: hasty }, running(), refused))).toEqual([]);
  });
});
