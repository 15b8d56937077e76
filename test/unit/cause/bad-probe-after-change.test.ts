import { describe, expect, test } from "vitest";
import { badProbeAfterChange as cause } from "../../../src/cause/bad-probe-after-change.ts";
import { notReadyAfterChange } from "../../../src/cause/not-ready-after-change.ts";
import type { Evidence } from "../../../src/cause/cause.ts";
import type { ContainerStatus, Event, PodTemplate } from "../../../src/kubernetes/object.ts";
import {
  ago,
  container,
  crashing,
  deployment,
  event,
  healthy,
  metadata,
  pod,
  probe,
  running,
  stuckRollout,
  template,
  together,
} from "../../support/evidence.ts";

const catalog = { kind: "Deployment", namespace: "shop", name: "catalog" };
const good = template("catalog");
const closedPort = template("catalog", [container({ readinessProbe: probe("/readyz", 3, 9999) })]);
const eager = template("catalog", [container({ livenessProbe: { ...probe("/healthz", 5), failureThreshold: 1, timeoutSeconds: 1 } })]);
const about = { kind: "Pod", metadata: metadata("Pod", "catalog-r2-c") };
const unready = event(about, "Unhealthy", 'Readiness probe failed: Get "http://10.244.0.12:9999/readyz": connect: connection refused');
const killed = event(about, "Killing", "Container app failed liveness probe, will be restarted");
const notReady = running("app", { ready: false, state: { running: { startedAt: ago(120) } } });

const starting = (seconds: number) => running("app", { ready: false, state: { running: { startedAt: ago(seconds) } } });

function stuck(now: PodTemplate, status: ContainerStatus, events: readonly Event[] = []): Evidence {
  return together(stuckRollout("catalog", { old: good, now, status }), { events });
}

describe("a probe that went bad with a change", () => {
  test("a readiness probe on a closed port is answered with a rollback, then with the old probe alone", () => {
    expect(cause.diagnose(stuck(closedPort, notReady, [unready]))).toEqual([
      {
        cause: "bad-probe-after-change",
        component: catalog,
        confidence: 0.95,
        evidence: [
          "Pod catalog-r2-c of Deployment shop/catalog started and did not become ready; the kubelet reported that the readinessProbe of container app failed.",
          'The template of Deployment shop/catalog differs from revision 1 in "container app: readinessProbe".',
          "Of revision 1, 2 pods are still ready.",
        ],
        remedies: [
          {
            intent: "Roll Deployment shop/catalog back to revision 1, of which 2 pods are ready now.",
            actions: [{ type: "rollback", target: catalog, toRevision: 1 }],
          },
          {
            intent: 'Put back only what changed in Deployment shop/catalog: "container app: readinessProbe".',
            actions: [
              {
                type: "patch",
                target: catalog,
                operations: [{ op: "replace", path: "/spec/template/spec/containers/0/readinessProbe/httpGet/port", value: 9898 }],
              },
            ],
          },
        ],
      },
    ]);
  });

  test("without the kubelet's event it is less sure", () => {
    expect(cause.diagnose(stuck(closedPort, notReady))[0]?.confidence).toBeCloseTo(0.81);
  });

  test("a liveness probe that kills the container is put back", () => {
    const found = cause.diagnose(stuck(eager, crashing(137), [killed]));
    expect(found[0]?.remedies[1]?.actions).toEqual([
      {
        type: "patch",
        target: catalog,
        operations: [{ op: "replace", path: "/spec/template/spec/containers/0/livenessProbe/failureThreshold", value: 3 }],
      },
    ]);
  });

  test("restarts that no probe caused are not this cause", () => {
    expect(cause.diagnose(stuck(eager, crashing(1)))).toEqual([]);
    const elsewhere = event(
      { kind: "Pod", metadata: metadata("Pod", "other") },
      "Killing",
      "Container app failed liveness probe, will be restarted",
    );
    const longAgo = event(about, "Killing", "Container app failed liveness probe, will be restarted", 7200);
    const odd = event(about, "Killing", "Stopping container app");
    expect(cause.diagnose(stuck(eager, crashing(1), [elsewhere, longAgo, odd]))).toEqual([]);
  });

  test("a pod that has just started is given the time that its probe allows", () => {
    expect(cause.diagnose(stuck(closedPort, starting(10), [unready]))).toEqual([]);
    const patient = template("catalog", [container({ readinessProbe: { ...probe("/r", 10, 9999), initialDelaySeconds: 60 } })]);
    expect(cause.diagnose(stuck(patient, starting(80), [unready]))).toEqual([]);
    expect(cause.diagnose(stuck(patient, starting(100), [unready]))).toHaveLength(1);
  });

  test("a probe on a port name that its container lacks goes to the only port, also without history and on a StatefulSet", () => {
    const wrong = template("orders-db", [container({ readinessProbe: probe("/readyz", 3, "htpt") })]);
    const set = { ...deployment("orders-db", wrong), kind: "StatefulSet", metadata: metadata("StatefulSet", "orders-db") };
    const found = cause.diagnose(together({ statefulSets: [set], pods: [pod(set, "0", [notReady])] }));
    expect(found[0]?.confidence).toBe(0.85);
    expect(found[0]?.remedies[0]?.actions).toEqual([
      {
        type: "patch",
        target: { kind: "StatefulSet", namespace: "shop", name: "orders-db" },
        operations: [{ op: "replace", path: "/spec/template/spec/containers/0/readinessProbe/httpGet/port", value: "http" }],
      },
    ]);
  });

  test("with all probes of the container that ask for that name", () => {
    const both = { readinessProbe: probe("/readyz", 3, "htpt"), livenessProbe: probe("/healthz", 5, "htpt") };
    const wrong = template("orders-db", [container(both)]);
    const owner = { ...deployment("orders-db", wrong), kind: "StatefulSet", metadata: metadata("StatefulSet", "orders-db") };
    const [found] = cause.diagnose(together({ statefulSets: [owner], pods: [pod(owner, "0", [notReady])] }));
    expect(found?.remedies[0]).toMatchObject({
      intent: 'Let the probes of container app of StatefulSet shop/orders-db ask port "http", the only one it declares.',
      actions: [
        {
          operations: [
            { op: "replace", path: "/spec/template/spec/containers/0/readinessProbe/httpGet/port", value: "http" },
            { op: "replace", path: "/spec/template/spec/containers/0/livenessProbe/httpGet/port", value: "http" },
          ],
        },
      ],
    });
  });

  test("the same probe on a pod that is not ready is not the probe's fault", () => {
    const flagged = template("catalog", [container({ args: ["--port=9898", "--unready"] })]);
    expect(cause.diagnose(stuck(flagged, notReady, [unready]))).toEqual([]);
  });

  test("nothing is found where pods are ready", () => {
    expect(cause.diagnose(stuck(closedPort, running(), [unready]))).toEqual([]);
    expect(cause.diagnose(together(healthy("catalog")))).toEqual([]);
  });
});

describe("a pod that cannot become ready since a change", () => {
  test("an argument that keeps it unready is answered with a rollback", () => {
    const flagged = template("catalog", [container({ args: ["--port=9898", "--unready"] })]);
    expect(notReadyAfterChange.diagnose(stuck(flagged, notReady, [unready]))).toMatchObject([
      {
        component: catalog,
        confidence: 0.855,
        evidence: [
          "Pod catalog-r2-c of Deployment shop/catalog did not become ready: container app runs and is not ready.",
          'The template of Deployment shop/catalog differs from revision 1 in "container app: args".',
          "Of revision 1, 2 pods are still ready.",
        ],
        remedies: [{ actions: [{ type: "rollback", target: catalog, toRevision: 1 }] }],
      },
    ]);
  });

  test("a reference to a Secret that is not there is answered with a rollback", () => {
    const env = [{ name: "PASSWORD", valueFrom: { secretKeyRef: { name: "stok", key: "password" } } }];
    const status: ContainerStatus = {
      name: "app",
      ready: false,
      restartCount: 0,
      state: { waiting: { reason: "CreateContainerConfigError", message: 'secret "stok" not found' } },
    };
    const found = notReadyAfterChange.diagnose(stuck(template("catalog", [container({ env })]), status));
    expect(found[0]?.remedies.map(({ actions }) => actions)).toEqual([[{ type: "rollback", target: catalog, toRevision: 1 }]]);
  });

  test("an init container that never ends is answered with a rollback", () => {
    const now = template("catalog", [container()], { initContainers: [{ name: "wait", image: "busybox:1.36.1" }] });
    const hanging: ContainerStatus = { name: "wait", ready: false, restartCount: 0, state: { running: { startedAt: ago(300) } } };
    const status: ContainerStatus = { name: "app", ready: false, restartCount: 0, state: { waiting: { reason: "PodInitializing" } } };
    const podStatus = { initContainerStatuses: [hanging] };
    const found = notReadyAfterChange.diagnose(together(stuckRollout("catalog", { old: good, now, status, podStatus })));
    expect(found[0]?.remedies[0]?.actions).toEqual([{ type: "rollback", target: catalog, toRevision: 1 }]);
  });

  test("where only a probe differs, the probe's own cause speaks", () => {
    expect(notReadyAfterChange.diagnose(stuck(closedPort, notReady, [unready]))).toEqual([]);
  });

  test("a ready pod, a starting pod and a template that did not change are healthy", () => {
    const flagged = template("catalog", [container({ args: ["--port=9898", "--unready"] })]);
    expect(notReadyAfterChange.diagnose(stuck(flagged, running()))).toEqual([]);
    expect(
      notReadyAfterChange.diagnose(stuck(flagged, running("app", { ready: false, state: { running: { startedAt: ago(9) } } }))),
    ).toEqual([]);
    expect(notReadyAfterChange.diagnose(stuck(good, notReady))).toEqual([]);
  });
});
