import { describe, expect, test } from "vitest";
import { parseKubectl } from "../../../src/kubectl/kubectl.ts";
import type { KubectlContext } from "../../../src/kubectl/kubectl.ts";

const web = { kind: "Deployment", namespace: "shop", name: "web" };
const db = { kind: "StatefulSet", namespace: "shop", name: "db" };
const agent = { kind: "DaemonSet", namespace: "shop", name: "agent" };
const front = { kind: "Service", namespace: "shop", name: "front" };
const settings = { kind: "ConfigMap", namespace: "shop", name: "settings" };
const node = { kind: "Node", name: "node-1" };
const hpa = { kind: "HorizontalPodAutoscaler", namespace: "shop", name: "web" };
const nightly = { kind: "CronJob", namespace: "shop", name: "nightly" };
const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" } };

function parsed(line: string, context: KubectlContext = { namespace: "shop" }): unknown {
  const result = parseKubectl(line, context);
  if (result.ok) return result.value;
  return result.failure.kind === "refused" ? result.failure.reason : result.failure;
}

describe("an object is named in kubectl's ways", () => {
  const restart = { type: "restart", target: web };
  test.each([
    "kubectl rollout restart deploy/web",
    "kubectl rollout restart deploy web",
    "kubectl rollout restart deployment/web",
    "kubectl rollout restart deployments web",
    "kubectl rollout restart Deployment web",
    "kubectl rollout restart deployment.apps/web",
    "kubectl rollout restart deploy.apps/web",
    "kubectl rollout restart deployments.v1.apps web",
    "kubectl rollout restart deployment.v1.apps/web",
    "kubectl -n shop rollout restart deploy/web",
    "kubectl rollout -n shop restart deploy/web",
    "kubectl rollout restart -n shop deploy/web",
    "kubectl rollout restart deploy/web -n shop",
    "kubectl rollout restart deploy/web -nshop",
    "kubectl rollout restart deploy/web -n=shop",
    "kubectl --namespace shop rollout restart deploy/web",
    "kubectl --namespace=shop rollout restart deploy/web",
    "kubectl rollout restart -- deploy/web",
    "kubectl rollout restart 'deploy/web'",
    'kubectl "rollout" restart deploy/"web"',
    "kubectl rollout \\\n  restart \\\n  deploy/web\n",
  ])("%s", (line) => {
    expect(parsed(line)).toEqual(restart);
  });

  test.each([
    ["po/a", "Pod"],
    ["pods a", "Pod"],
    ["pods.v1. a", "Pod"],
    ["sts a", "StatefulSet"],
    ["ds a", "DaemonSet"],
    ["svc a", "Service"],
    ["service/a", "Service"],
    ["cm a", "ConfigMap"],
    ["hpa a", "HorizontalPodAutoscaler"],
    ["horizontalpodautoscalers.v2.autoscaling a", "HorizontalPodAutoscaler"],
    ["netpol a", "NetworkPolicy"],
    ["networkpolicies.networking.k8s.io/a", "NetworkPolicy"],
    ["pdb a", "PodDisruptionBudget"],
    ["quota a", "ResourceQuota"],
    ["resourcequota/a", "ResourceQuota"],
    ["limits a", "LimitRange"],
    ["ing a", "Ingress"],
    ["ingresses.v1.networking.k8s.io a", "Ingress"],
    ["cj a", "CronJob"],
  ])("%s is of kind %s", (words, kind) => {
    expect(parsed(`kubectl annotate ${words} x-`)).toEqual({
      type: "merge",
      target: { kind, namespace: "shop", name: "a" },
      strategy: "merge",
      patch: { metadata: { annotations: { x: null } } },
    });
  });

  test("a custom resource that the policy names is an object like others", () => {
    const customKinds = { Widget: { apiVersion: "example.com/v1", plural: "widgets", namespaced: true } };
    const target = { kind: "Widget", namespace: "shop", name: "a" };
    const action = { type: "merge", target, strategy: "merge", patch: { spec: { size: 2 } } };
    for (const words of ["widget/a", "widgets a", "widgets.example.com a", "widgets.v1.example.com/a"])
      expect(parsed(`kubectl patch ${words} --type=merge -p '{"spec":{"size":2}}'`, { namespace: "shop", customKinds })).toEqual(action);
    expect(parsed("kubectl delete widgets.v2.example.com a", { namespace: "shop", customKinds })).toBe(
      "widgets.v2.example.com is not a kind that Stratus reads or writes",
    );
    expect(parsed("kubectl delete widget a")).toBe("widget is not a kind that Stratus reads or writes");
  });
});

describe("a line becomes an action", () => {
  test.each<readonly [string, unknown]>([
    ["kubectl scale deploy/web --replicas=3", { type: "scale", target: web, replicas: 3 }],
    ["kubectl scale --replicas 0 sts db", { type: "scale", target: db, replicas: 0 }],
    ["kubectl set image deploy/web app=shop/web:2", { type: "set-image", target: web, images: { app: "shop/web:2" } }],
    [
      "kubectl set image deploy web app=a:1 init=b@sha256:ff",
      { type: "set-image", target: web, images: { app: "a:1", init: "b@sha256:ff" } },
    ],
    ["kubectl set image ds/agent '*=a:1'", { type: "set-image", target: agent, images: { "*": "a:1" } }],
    ["kubectl set env deploy/web A=1", { type: "set-env", target: web, container: "*", set: { A: "1" }, unset: [] }],
    [
      "kubectl set env deploy/web A= B='x=y z' C-",
      { type: "set-env", target: web, container: "*", set: { A: "", B: "x=y z" }, unset: ["C"] },
    ],
    ["kubectl set env sts/db -c app A-", { type: "set-env", target: db, container: "app", set: {}, unset: ["A"] }],
    [
      "kubectl set env deploy/web --containers='*' -e A=1 --env=B=2 C=3",
      { type: "set-env", target: web, container: "*", set: { A: "1", B: "2", C: "3" }, unset: [] },
    ],
    [
      "kubectl set resources deploy/web --limits=cpu=200m,memory=512Mi",
      { type: "set-resources", target: web, container: "*", limits: { cpu: "200m", memory: "512Mi" }, requests: {} },
    ],
    [
      "kubectl set resources deploy web -c=app --requests cpu=0.5",
      { type: "set-resources", target: web, container: "app", limits: {}, requests: { cpu: "0.5" } },
    ],
    [
      `kubectl patch svc/front -p '{"spec":{"selector":{"app":"web"}}}'`,
      { type: "merge", target: front, strategy: "strategic", patch: { spec: { selector: { app: "web" } } } },
    ],
    [
      `kubectl patch svc/front --type=strategic -p '{"spec":null}'`,
      { type: "merge", target: front, strategy: "strategic", patch: { spec: null } },
    ],
    [
      `kubectl patch svc front --type Merge --patch '{"a":[1,null]}'`,
      { type: "merge", target: front, strategy: "merge", patch: { a: [1, null] } },
    ],
    [
      `kubectl patch deploy/web --type=json -p='[{"op":"remove","path":"/spec/a~1b"},{"op":"add","path":"/x/-","value":null}]'`,
      {
        type: "patch",
        target: web,
        operations: [
          { op: "remove", path: "/spec/a~1b" },
          { op: "add", path: "/x/-", value: null },
        ],
      },
    ],
    [`kubectl patch deploy/web -p '{"spec":{"replicas":3}}'`, { type: "scale", target: web, replicas: 3 }],
    [
      `kubectl patch sts/db --type=json -p '[{"op":"replace","path":"/spec/replicas","value":0}]'`,
      { type: "scale", target: db, replicas: 0 },
    ],
    [
      `kubectl patch ds/agent -p '{"spec":{"replicas":3}}'`,
      { type: "merge", target: agent, strategy: "strategic", patch: { spec: { replicas: 3 } } },
    ],
    [
      `kubectl patch deploy/web -p '{"spec":{"replicas":-1}}'`,
      { type: "merge", target: web, strategy: "strategic", patch: { spec: { replicas: -1 } } },
    ],
    [`kubectl patch node node-1 -p '{"spec":{"unschedulable":true}}'`, { type: "cordon", target: node }],
    [`kubectl patch node node-1 --type=merge -p '{"spec":{"unschedulable":false}}'`, { type: "uncordon", target: node }],
    [
      `kubectl patch node node-1 --type=json -p '[{"op":"replace","path":"/spec/unschedulable","value":true}]'`,
      { type: "patch", target: node, operations: [{ op: "replace", path: "/spec/unschedulable", value: true }] },
    ],
    [`kubectl patch hpa web -p '{"spec":{"maxReplicas":7}}'`, { type: "hpa-limits", target: hpa, maxReplicas: 7 }],
    [
      `kubectl patch hpa/web --type=merge -p '{"spec":{"minReplicas":2,"maxReplicas":7}}'`,
      { type: "hpa-limits", target: hpa, minReplicas: 2, maxReplicas: 7 },
    ],
    [
      `kubectl patch hpa/web --type=json -p '[{"op":"replace","path":"/spec/minReplicas","value":2}]'`,
      { type: "hpa-limits", target: hpa, minReplicas: 2 },
    ],
    [
      `kubectl patch hpa/web -p '{"spec":{"minReplicas":0}}'`,
      { type: "merge", target: hpa, strategy: "strategic", patch: { spec: { minReplicas: 0 } } },
    ],
    [
      `kubectl patch hpa/web -p '{"spec":{"minReplicas":2,"metrics":[]}}'`,
      { type: "merge", target: hpa, strategy: "strategic", patch: { spec: { minReplicas: 2, metrics: [] } } },
    ],
    [`kubectl patch cronjob nightly -p '{"spec":{"suspend":true}}'`, { type: "suspend", target: nightly, suspend: true }],
    [
      `kubectl patch cj/nightly --type=json -p '[{"op":"add","path":"/spec/suspend","value":false}]'`,
      { type: "suspend", target: nightly, suspend: false },
    ],
    [
      `kubectl patch cj/nightly -p '{"spec/suspend":true}'`,
      { type: "merge", target: nightly, strategy: "strategic", patch: { "spec/suspend": true } },
    ],
    [
      `kubectl patch cj/nightly -p '{"spec":{"suspend":"true"}}'`,
      { type: "merge", target: nightly, strategy: "strategic", patch: { spec: { suspend: "true" } } },
    ],
    ["kubectl rollout undo deploy/web", { type: "rollback", target: web, toRevision: 0 }],
    ["kubectl rollout undo deploy web --to-revision=4", { type: "rollback", target: web, toRevision: 4 }],
    ["kubectl rollout restart ds/agent", { type: "restart", target: agent }],
    [
      "kubectl label deploy/web a=b c- --overwrite",
      { type: "merge", target: web, strategy: "merge", patch: { metadata: { labels: { a: "b", c: null } } } },
    ],
    [
      "kubectl label --overwrite=true node node-1 example.com/a=",
      { type: "merge", target: node, strategy: "merge", patch: { metadata: { labels: { "example.com/a": "" } } } },
    ],
    ["kubectl label deploy/web c-", { type: "merge", target: web, strategy: "merge", patch: { metadata: { labels: { c: null } } } }],
    [
      "kubectl annotate cm settings --overwrite note='a b=c'",
      { type: "merge", target: settings, strategy: "merge", patch: { metadata: { annotations: { note: "a b=c" } } } },
    ],
    ["kubectl cordon node-1", { type: "cordon", target: node }],
    ["kubectl cordon node/node-1 -n shop", { type: "cordon", target: node }],
    ["kubectl uncordon node-1", { type: "uncordon", target: node }],
    ["kubectl taint nodes node-1 a-", { type: "untaint", target: node, key: "a" }],
    ["kubectl taint node node-1 example.com/a:NoSchedule-", { type: "untaint", target: node, key: "example.com/a", effect: "NoSchedule" }],
    ["kubectl taint no node-1 a=b:NoExecute-", { type: "untaint", target: node, key: "a", effect: "NoExecute" }],
    ["kubectl taint no node-1 a=:PreferNoSchedule-", { type: "untaint", target: node, key: "a", effect: "PreferNoSchedule" }],
    ["kubectl delete pod web-1", { type: "evict", target: { kind: "Pod", namespace: "shop", name: "web-1" } }],
    ["kubectl delete cm/settings --wait=false", { type: "delete", target: settings }],
    ["kubectl delete validatingwebhookconfigurations a", { type: "delete", target: { kind: "ValidatingWebhookConfiguration", name: "a" } }],
    ["kubectl create configmap settings", { type: "create", target: settings, manifest: configMap }],
    [
      "kubectl create cm settings --from-literal=a=1 --from-literal b=c=d",
      { type: "create", target: settings, manifest: { ...configMap, data: { a: "1", b: "c=d" } } },
    ],
    [`kubectl create -f - <<'EOF'\n${JSON.stringify(configMap)}\nEOF`, { type: "create", target: settings, manifest: configMap }],
    [`printf %s '${JSON.stringify(configMap)}' | kubectl apply --filename=-`, { type: "apply", target: settings, manifest: configMap }],
    [
      "kubectl apply -f - <<'EOF'\n---\n# the shop's\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: shop\ndata:\n  a: \"yes\"\n  b: |\n    x\n    y\n---\nEOF",
      {
        type: "apply",
        target: settings,
        manifest: {
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { name: "settings", namespace: "shop" },
          data: { a: "yes", b: "x\ny\n" },
        },
      },
    ],
  ])("%s", (line, action) => {
    expect(parsed(line)).toEqual(action);
  });

  test("a manifest may come beside the line", () => {
    expect(parsed("kubectl -n shop apply -f -", { stdin: JSON.stringify(configMap) })).toEqual({
      type: "apply",
      target: settings,
      manifest: configMap,
    });
  });

  test("a field may be called as no field should, and stays one", () => {
    const action = parsed(`kubectl patch cm/settings --type=merge -p '{"data":{"__proto__":"1"}}'`);
    expect(JSON.stringify(action)).toContain('"patch":{"data":{"__proto__":"1"}}');
  });
});
