/**
 * PURE. A Service whose selector fits the pods of another workload answers, with the wrong program: nothing is unready and
 * no endpoint is missing. It is at fault when the workload of its own name is there and is left out, while those that it
 * selects have a Service of their own name.
 */
import type { ActionOf } from "../action/action.ts";
import { pointer, valueAt } from "../kubernetes/json.ts";
import type { Service, Workload } from "../kubernetes/object.ts";
import { nameOf, refOf } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis } from "./cause.ts";
import { lastApplied } from "./last-applied.ts";
import { targetOf, workloadsOf } from "./owner.ts";
import { hasLabels, labelOf, podSelectorOf } from "./selection.ts";
import { listed, quoted } from "./wording.ts";

type Labels = Readonly<Record<string, string>>;

export const serviceSelectsAnother: Cause = {
  name: "service-selects-another",
  diagnose: (evidence) =>
    evidence.services.flatMap((service) => {
      const selector = podSelectorOf(service);
      if (selector === undefined) return [];
      const selected = workloadsOf(evidence).filter((workload) => hasLabels(labelsOf(workload), selector));
      const own = workloadsOf(evidence).filter(({ metadata }) => metadata.name === service.metadata.name);
      const [meant] = own;
      if (meant === undefined || own.length > 1 || selected.length === 0 || selected.includes(meant)) return [];
      const others = selected.every(({ metadata }) =>
        evidence.services.some((other) => other !== service && other.metadata.name === metadata.name),
      );
      return others ? hypothesis(service, selector, meant, selected, evidence) : [];
    }),
};

function labelsOf(workload: Workload): Labels {
  return workload.spec.template.metadata?.labels ?? {};
}

function hypothesis(
  service: Service,
  selector: Labels,
  meant: Workload,
  selected: readonly Workload[],
  evidence: Evidence,
): readonly Hypothesis[] {
  const name = nameOf(refOf(service));
  const wanted = appliedSelector(service, meant) ?? sameKeys(selector, meant);
  const takesOthers = wanted !== undefined && workloadsOf(evidence).some((other) => other !== meant && hasLabels(labelsOf(other), wanted));
  const pairs = Object.entries(selector).map(([key, value]) => quoted(`${key}=${value}`));
  return [
    {
      cause: serviceSelectsAnother.name,
      component: refOf(service),
      confidence: wanted === undefined || takesOthers ? 0.6 : 0.9,
      evidence: [
        `The selector of ${name} (${listed(pairs)}) fits the pods of ${listed(selected.map((one) => nameOf(refOf(one))))}, and not those of ${nameOf(refOf(meant))}.`,
      ],
      remedies:
        wanted === undefined || takesOthers
          ? []
          : [
              {
                intent: `Let the selector of ${name} fit the pods of ${nameOf(refOf(meant))}, which has its name.`,
                actions: [{ type: "patch", target: targetOf(service, evidence), operations: operationsBetween(selector, wanted) }],
              },
            ],
    },
  ];
}

function appliedSelector(service: Service, meant: Workload): Labels | undefined {
  const manifest = lastApplied(service);
  const found = manifest === undefined ? undefined : valueAt(manifest, "/spec/selector");
  if (typeof found !== "object" || found === null || Array.isArray(found)) return undefined;
  const pairs = Object.entries(found).flatMap(([key, value]) => (typeof value === "string" ? [[key, value] as const] : []));
  const labels = Object.fromEntries(pairs);
  return pairs.length > 0 && hasLabels(labelsOf(meant), labels) ? labels : undefined;
}

function sameKeys(selector: Labels, meant: Workload): Labels | undefined {
  const pairs = Object.keys(selector).map((key) => [key, labelOf(labelsOf(meant), key)] as const);
  return pairs.every(([, value]) => value !== undefined) ? (Object.fromEntries(pairs) as Labels) : undefined;
}

function operationsBetween(now: Labels, wanted: Labels): ActionOf<"patch">["operations"] {
  return [
    ...Object.entries(wanted)
      .filter(([key, value]) => labelOf(now, key) !== value)
      .map(([key, value]) => ({
        op: labelOf(now, key) === undefined ? ("add" as const) : ("replace" as const),
        path: pointer("spec", "selector", key),
        value,
      })),
    ...Object.keys(now)
      .filter((key) => labelOf(wanted, key) === undefined)
      .map((key) => ({ op: "remove" as const, path: pointer("spec", "selector", key) })),
  ];
}
