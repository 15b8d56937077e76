/**
 * PURE. A Service has as endpoints the pods that carry every label of its selector (endpointslice controller); a selector
 * that fits no pod leaves it empty without any error. It is at fault when no workload would make such pods either: a
 * workload that is at zero, or that cannot make pods, is another cause.
 */
import type { Action } from "../action/action.ts";
import { pointer, valueAt } from "../kubernetes/json.ts";
import type { Service, Workload } from "../kubernetes/object.ts";
import { asJson, nameOf, refOf } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis } from "./cause.ts";
import { lastApplied } from "./last-applied.ts";
import { targetOf, workloadsOf } from "./owner.ts";
import { hasEndpoints, hasLabels, labelOf, podSelectorOf, podsBehind } from "./selection.ts";
import { listed, quoted } from "./wording.ts";

type Labels = Readonly<Record<string, string>>;
type Operations = Extract<Action, { type: "patch" }>["operations"];

interface Match {
  readonly workload: Workload;
  readonly operations: Operations;
  readonly confidence: number;
  readonly why: string;
}

/** The labels by which an application is usually told from others (kubernetes.io, Recommended Labels; k8s-app in older manifests). */
const identityKeys = ["app", "app.kubernetes.io/name", "k8s-app", "name", "app.kubernetes.io/component", "app.kubernetes.io/instance"];
const remediesMax = 3;
const operationsMax = 4;

export const selectorMatchesNoPod: Cause = {
  name: "selector-matches-no-pod",
  diagnose: (evidence) =>
    evidence.services.flatMap((service) => {
      const selector = podSelectorOf(service);
      if (selector === undefined || podsBehind(service, evidence).length > 0 || hasEndpoints(service, evidence)) return [];
      if (workloadsOf(evidence).some((workload) => hasLabels(labelsOf(workload), selector))) return [];
      return [hypothesis(service, selector, evidence)];
    }),
};

function labelsOf(workload: Workload): Labels {
  return workload.spec.template.metadata?.labels ?? {};
}

function hypothesis(service: Service, selector: Labels, evidence: Evidence): Hypothesis {
  const name = nameOf(refOf(service));
  const matches = workloadsOf(evidence)
    .flatMap((workload) => matchWith(service, selector, workload, evidence) ?? [])
    .toSorted((left, right) => right.confidence - left.confidence || left.operations.length - right.operations.length);
  const best = matches[0]?.confidence ?? 0.3;
  const pairs = Object.entries(selector).map(([key, value]) => quoted(`${key}=${value}`));
  return {
    cause: selectorMatchesNoPod.name,
    component: refOf(service),
    confidence: matches.filter(({ confidence }) => confidence === best).length > 1 ? best * 0.7 : best,
    evidence: [
      `The selector of ${name} (${listed(pairs)}) matches no pod and no workload's template, and the Service has no endpoints.`,
      ...matches.slice(0, 1).map(({ workload, why }) => `${nameOf(refOf(workload))} is likely meant: ${why}.`),
    ],
    remedies: matches.slice(0, remediesMax).map(({ workload, operations, why }) => ({
      intent: `Let the selector of ${name} match the pods of ${nameOf(refOf(workload))}: ${why}.`,
      actions: [{ type: "patch", target: targetOf(service, evidence), operations }],
    })),
  };
}

function matchWith(service: Service, selector: Labels, workload: Workload, evidence: Evidence): Match | undefined {
  const labels = labelsOf(workload);
  const applied = appliedSelector(service);
  const wanted =
    applied !== undefined && hasLabels(labels, applied)
      ? applied
      : smallestEdit(selector, labels, workload.spec.selector.matchLabels ?? {});
  const reason = wanted === undefined ? undefined : likeness(service, selector, workload, wanted === applied);
  if (wanted === undefined || reason === undefined || catchesOthers(wanted, workload, evidence)) return undefined;
  const operations = operationsBetween(selector, wanted);
  return operations.length === 0 || operations.length > operationsMax ? undefined : { workload, operations, ...reason };
}

/** Every pair of the selector kept where it fits, with the workload's value where only the value differs, else dropped. */
function smallestEdit(selector: Labels, labels: Labels, own: Labels): Labels | undefined {
  const kept = Object.keys(selector).flatMap((key) => {
    const value = labelOf(labels, key);
    return value === undefined ? [] : [[key, value] as const];
  });
  if (kept.length > 0) return Object.fromEntries(kept);
  const identity = identityKeys.find((key) => labelOf(own, key) !== undefined) ?? Object.keys(own)[0];
  const value = identity === undefined ? undefined : labelOf(labels, identity);
  return identity === undefined || value === undefined ? undefined : { [identity]: value };
}

function appliedSelector(service: Service): Labels | undefined {
  const manifest = lastApplied(service);
  const selector = manifest === undefined ? undefined : valueAt(manifest, "/spec/selector");
  if (typeof selector !== "object" || selector === null || Array.isArray(selector)) return undefined;
  const pairs = Object.entries(selector);
  const labels = pairs.flatMap(([key, value]) => (typeof value === "string" ? [[key, value] as const] : []));
  return labels.length === 0 || labels.length !== pairs.length ? undefined : Object.fromEntries(labels);
}

/** Why this workload is meant, and how sure that is; undefined when nothing speaks for it. */
function likeness(
  service: Service,
  selector: Labels,
  workload: Workload,
  asApplied: boolean,
): { readonly confidence: number; readonly why: string } | undefined {
  const name = service.metadata.name;
  const labels = labelsOf(workload);
  if (asApplied) return { confidence: 0.95, why: "the selector last applied matches it" };
  if (valueAt(asJson(workload), "/spec/serviceName") === name) return { confidence: 0.92, why: "it names the Service as its own" };
  if (workload.metadata.name === name) return { confidence: 0.9, why: "it has the Service's name" };
  const identities = identityKeys.flatMap((key) => labelOf(labels, key) ?? []);
  if (identities.includes(name)) return { confidence: 0.88, why: "its pods are labelled with the Service's name" };
  const own = identityKeys.some(
    (key) => labelOf(labels, key) !== undefined && labelOf(labels, key) === labelOf(service.metadata.labels, key),
  );
  if (own) return { confidence: 0.8, why: "its pods carry the Service's own labels" };
  const shared = Object.entries(selector).filter(([key, value]) => labelOf(labels, key) === value);
  return shared.length > 0 ? { confidence: 0.6, why: "its pods carry the rest of the selector" } : undefined;
}

/** A selector that became so wide that it takes pods of other workloads would mix two applications. */
function catchesOthers(wanted: Labels, workload: Workload, evidence: Evidence): boolean {
  return workloadsOf(evidence).some((other) => other.metadata.uid !== workload.metadata.uid && hasLabels(labelsOf(other), wanted));
}

function operationsBetween(selector: Labels, wanted: Labels): Operations {
  return [
    ...Object.entries(wanted).flatMap(([key, value]): Operations => {
      const now = labelOf(selector, key);
      return now === value ? [] : [{ op: now === undefined ? "add" : "replace", path: pointer("spec", "selector", key), value }];
    }),
    ...Object.keys(selector).flatMap((key): Operations =>
      labelOf(wanted, key) === undefined ? [{ op: "remove", path: pointer("spec", "selector", key) }] : [],
    ),
  ];
}
