/** PURE. Label selectors as the API server evaluates them. Source: apimachinery `labels.Selector`. */
import type { LabelSelector } from "../../../kubernetes/object.ts";

export type Labels = Readonly<Record<string, string>>;

export function matchesLabels(wanted: Labels, labels: Labels | undefined): boolean {
  return Object.entries(wanted).every(([key, value]) => labels !== undefined && Object.hasOwn(labels, key) && labels[key] === value);
}

/** An empty selector matches everything, as in the API. */
export function matchesSelector(selector: LabelSelector, labels: Labels | undefined): boolean {
  return (
    matchesLabels(selector.matchLabels ?? {}, labels) && (selector.matchExpressions ?? []).every((one) => matchesExpression(one, labels))
  );
}

interface Expression {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

export function matchesExpression(expression: Expression, labels: Labels | undefined): boolean {
  const value = labels?.[expression.key];
  const listed = value !== undefined && (expression.values ?? []).includes(value);
  switch (expression.operator) {
    case "In":
      return listed;
    case "NotIn":
      return !listed;
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      return false;
  }
}
