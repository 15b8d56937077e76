/**
 * The faults of the ablation, each with the one plan that is right, and what a bad planner proposes instead. Every harmful plan is one
 * that the policy allows: it is carried out, and only measuring shows what it is worth. None is half a remedy of a fault.
 */
import type { Action, Plan } from "../../src/action/action.ts";
import type { MemoryClusterOptions } from "../../src/cluster/memory/memory.ts";
import type { PatchOperation } from "../../src/kubernetes/json.ts";
import type { ObjectRef } from "../../src/kubernetes/object.ts";

export interface AblationFault {
  readonly name: string;
  readonly ref: ObjectRef;
  readonly breaks: readonly PatchOperation[];
  readonly right: Plan;
}

type Named = ObjectRef & { readonly namespace: string };

const inShop = (kind: string, name: string): Named => ({ kind, namespace: "shop", name });
const container = "/spec/template/spec/containers/0";

const patch = (intent: string, target: Named, ...operations: Extract<Action, { type: "patch" }>["operations"]): Plan => ({
  intent,
  actions: [{ type: "patch", target, operations }],
  source: "ablation",
});
const scale = (intent: string, target: Named, replicas: number): Plan => ({
  intent,
  actions: [{ type: "scale", target, replicas }],
  source: "ablation",
});

const payment = inShop("Service", "payment");
const paymentPods = inShop("Deployment", "payment");
const frontend = inShop("Service", "frontend");
const frontendPods = inShop("Deployment", "frontend");

/** A run takes them in turn. */
export const ablationFaults: readonly AblationFault[] = [
  {
    name: "target port of a Service",
    ref: payment,
    breaks: [{ op: "replace", path: "/spec/ports/0/targetPort", value: 9999 }],
    right: patch("Send the port of payment to 8080.", payment, { op: "replace", path: "/spec/ports/0/targetPort", value: 8080 }),
  },
  {
    name: "selector of a Service",
    ref: payment,
    breaks: [{ op: "replace", path: "/spec/selector/app", value: "paymnet" }],
    right: patch("Point payment at its pods.", payment, { op: "replace", path: "/spec/selector/app", value: "payment" }),
  },
  {
    name: "image that does not exist",
    ref: frontendPods,
    breaks: [{ op: "replace", path: `${container}/image`, value: "registry.example/shop:9.9.9" }],
    right: patch("Put the image of frontend back.", frontendPods, {
      op: "replace",
      path: `${container}/image`,
      value: "registry.example/shop:1.4.2",
    }),
  },
  {
    name: "scaled to zero",
    ref: paymentPods,
    breaks: [{ op: "replace", path: "/spec/replicas", value: 0 }],
    right: scale("Scale payment to 2.", paymentPods, 2),
  },
];

export const harmfulPlans: readonly Plan[] = [
  patch("Point frontend at a second version.", frontend, { op: "replace", path: "/spec/selector/app", value: "frontend-v2" }),
  patch("Point payment at a second version.", payment, { op: "replace", path: "/spec/selector/app", value: "payment-v2" }),
  patch("Send the port of frontend to 9998.", frontend, { op: "replace", path: "/spec/ports/0/targetPort", value: 9998 }),
  patch("Send the port of payment to 9997.", payment, { op: "replace", path: "/spec/ports/0/targetPort", value: 9997 }),
  patch("Roll out the newest payment.", paymentPods, { op: "replace", path: `${container}/image`, value: "registry.example/shop:2.0.0" }),
  patch("Roll out the newest frontend.", frontendPods, { op: "replace", path: `${container}/image`, value: "registry.example/shop:2.0.1" }),
  scale("Scale frontend down.", frontendPods, 2),
  patch("Spare memory in frontend.", frontendPods, { op: "add", path: `${container}/resources/limits`, value: { memory: "64Mi" } }),
  patch("Spare memory in payment.", paymentPods, { op: "add", path: `${container}/resources/limits`, value: { memory: "64Mi" } }),
  patch("Probe payment at its metrics port.", paymentPods, {
    op: "replace",
    path: `${container}/readinessProbe/httpGet/port`,
    value: 9091,
  }),
  patch("Keep frontend on nodes with fast disks.", frontendPods, {
    op: "add",
    path: "/spec/template/spec/nodeSelector",
    value: { disk: "ssd" },
  }),
];

/** The shop's programs need more memory than the harmful limit gives them. */
export const programs: NonNullable<MemoryClusterOptions["behaviour"]> = (_pod, { resources }) =>
  resources?.limits?.["memory"] === "64Mi" ? "exhausts-memory" : "runs";
