/**
 * PURE. A webhook with failurePolicy Fail whose server does not answer turns away every request that it is asked about:
 * `failed calling webhook "W"` (kubernetes.io, Dynamic Admission Control). No pod can be made then. To let requests pass
 * unasked is to weaken a rule of somebody's: it is proposed, and done only where the policy names such configurations.
 */
import { isJsonArray, pointer, valueAt } from "../kubernetes/json.ts";
import type { KubernetesObject, Workload } from "../kubernetes/object.ts";
import { asJson, nameOf, refOf } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis } from "./cause.ts";
import { failedCreates } from "./failed-create.ts";
import { listed, quoted } from "./wording.ts";

export const admissionWebhookUnreachable: Cause = {
  name: "admission-webhook-unreachable",
  diagnose(evidence) {
    const hooks = new Map<string, { readonly workloads: Workload[]; readonly message: string }>();
    for (const { workload, message } of failedCreates(evidence)) {
      const name = /failed calling webhook "([a-z0-9.-]{1,253})"/.exec(message)?.[1];
      if (name === undefined) continue;
      const known = hooks.get(name);
      hooks.set(name, { workloads: [...(known?.workloads ?? []), workload], message: known?.message ?? message });
    }
    return [...hooks].map(([name, { workloads, message }]) => hypothesis(name, workloads, message, evidence));
  },
};

function hypothesis(hook: string, workloads: readonly Workload[], message: string, evidence: Evidence): Hypothesis {
  const { ValidatingWebhookConfiguration: validating = [], MutatingWebhookConfiguration: mutating = [] } = evidence.listed;
  const found = [...validating, ...mutating].flatMap((configuration) => {
    const index = indexOf(configuration, hook);
    return index < 0 ? [] : [{ configuration, index }];
  });
  const [only] = found;
  const why = /: ([^:]*(?:not found|refused|no endpoints|deadline exceeded|timeout|no such host)[^:]*)$/.exec(message)?.[1];
  const seen = [
    `No pod of ${listed(workloads.map((workload) => nameOf(refOf(workload))))} can be made: webhook ${quoted(hook, 80)} does not answer${why === undefined ? "" : ` (${quoted(why, 80)})`}.`,
  ];
  if (only === undefined || found.length > 1)
    return {
      cause: admissionWebhookUnreachable.name,
      component: { kind: "ValidatingWebhookConfiguration", name: hook },
      confidence: 0.8,
      evidence: [...seen, "Bring its server back, or take the webhook away."],
      remedies: [],
    };
  const ref = refOf(only.configuration);
  return {
    cause: admissionWebhookUnreachable.name,
    component: ref,
    confidence: 0.93,
    evidence: [
      ...seen,
      `${nameOf(ref)} fails requests when its server does not answer. Bring the server back, or let requests pass meanwhile.`,
    ],
    remedies: [
      {
        intent: `Let requests pass webhook ${quoted(hook, 80)} of ${nameOf(ref)} while it does not answer.`,
        actions: [
          {
            type: "patch",
            target: { kind: ref.kind, name: ref.name },
            operations: [{ op: "replace", path: pointer("webhooks", only.index, "failurePolicy"), value: "Ignore" }],
          },
        ],
      },
    ],
  };
}

/** Of a hook of that name that fails requests; -1 when there is none. */
function indexOf(configuration: KubernetesObject, hook: string): number {
  const hooks = valueAt(asJson(configuration), "/webhooks");
  if (!isJsonArray(hooks)) return -1;
  return hooks.findIndex((one) => valueAt(one, "/name") === hook && valueAt(one, "/failurePolicy") !== "Ignore");
}
