/**
 * PURE. What a selector selects. A Service's selector is a plain map, a workload's is a LabelSelector; an empty one
 * means nothing for the first (such a Service gets no endpoints from pods) and everything for the second.
 */
import type { EndpointSlice, LabelSelector, Pod, Service } from "../kubernetes/object.ts";
import type { Evidence } from "./cause.ts";
import { isLive } from "./owner.ts";

type Labels = Readonly<Record<string, string>>;

export function hasLabels(labels: Labels | undefined, wanted: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => labelOf(labels, key) === value);
}

/** Labels are somebody else's data: a key such as `constructor` must not find what every object inherits. */
export function labelOf(labels: Labels | undefined, key: string): string | undefined {
  return labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;
}

/** An operator that Kubernetes does not have selects nothing. */
export function selects(selector: LabelSelector, labels: Labels | undefined): boolean {
  return (
    hasLabels(labels, selector.matchLabels ?? {}) &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const value = labelOf(labels, key);
      switch (operator) {
        case "In":
          return value !== undefined && values.includes(value);
        case "NotIn":
          return value === undefined || !values.includes(value);
        case "Exists":
          return value !== undefined;
        case "DoesNotExist":
          return value === undefined;
        default:
          return false;
      }
    })
  );
}

/** The selector of a Service that Kubernetes fills from pods; undefined for ExternalName and for a Service without one. */
export function podSelectorOf(service: Service): Labels | undefined {
  const { selector, type } = service.spec;
  return type === "ExternalName" || selector === undefined || Object.keys(selector).length === 0 ? undefined : selector;
}

export function serviceSelects(service: Service, labels: Labels | undefined): boolean {
  const selector = podSelectorOf(service);
  return selector !== undefined && hasLabels(labels, selector);
}

export function podsBehind(service: Service, evidence: Evidence): readonly Pod[] {
  return evidence.pods.filter((pod) => isLive(pod) && serviceSelects(service, pod.metadata.labels));
}

/** Whether any address, ready or not, stands behind the Service. Slices name it by the label kubernetes.io/service-name. */
export function hasEndpoints(service: Service, evidence: Evidence): boolean {
  return evidence.endpointSlices.some((slice) => isSliceOf(slice, service) && (slice.endpoints ?? []).length > 0);
}

function isSliceOf(slice: EndpointSlice, service: Service): boolean {
  return labelOf(slice.metadata.labels, "kubernetes.io/service-name") === service.metadata.name;
}
