/** A million lines that went wrong: none is too much for the grammar, and what it lets through is of the closed list. */
import { describe, expect, test } from "vitest";
import type { Action } from "../../../src/action/action.ts";
import { parseKubectl } from "../../../src/kubectl/kubectl.ts";
import { createDice } from "../../support/dice.ts";
import { mutated } from "./mutate.ts";

const types = new Set<string>([
  "apply",
  "cordon",
  "create",
  "delete",
  "evict",
  "hpa-limits",
  "merge",
  "patch",
  "restart",
  "rollback",
  "scale",
  "set-env",
  "set-image",
  "set-resources",
  "suspend",
  "uncordon",
  "untaint",
]);
const namespaced = new Set([
  "ConfigMap",
  "CronJob",
  "DaemonSet",
  "Deployment",
  "HorizontalPodAutoscaler",
  "Ingress",
  "Job",
  "LimitRange",
  "NetworkPolicy",
  "Pod",
  "PodDisruptionBudget",
  "ResourceQuota",
  "Service",
  "StatefulSet",
]);
const clusterWide = new Set(["IngressClass", "MutatingWebhookConfiguration", "Node", "ValidatingWebhookConfiguration"]);
const name = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

/** Undefined when it is one of the actions that there are, on one object of a kind that may be named. */
function whatIsWrong({ type, target }: Action): string | undefined {
  if (!types.has(type)) return `the type is ${type}`;
  if (!name.test(target.name)) return `the name is ${target.name}`;
  if (clusterWide.has(target.kind)) return target.namespace === undefined ? undefined : "it has a namespace";
  if (!namespaced.has(target.kind)) return `the kind is ${target.kind}`;
  return target.namespace !== undefined && name.test(target.namespace) ? undefined : "it has no namespace";
}

describe("a line that went wrong", () => {
  test("is refused with a reason, or is one of the actions", { timeout: 300_000 }, () => {
    const dice = createDice(1);
    let understood = 0;
    for (let round = 0; round < 1_000_000; round += 1) {
      const line = mutated(dice);
      const parsed = parseKubectl(line);
      const wrong = parsed.ok ? whatIsWrong(parsed.value) : parsed.failure.kind === "refused" ? undefined : parsed.failure.kind;
      if (wrong !== undefined) expect.fail(`round ${round}: ${wrong}: ${JSON.stringify(line)}`);
      if (parsed.ok) understood += 1;
      else if (parsed.failure.kind === "refused" && !/^.{10,304}$/su.test(parsed.failure.reason))
        expect.fail(`round ${round}: no reason: ${parsed.failure.reason}`);
    }
    expect(understood).toBeGreaterThan(30_000);
    expect(understood).toBeLessThan(200_000);
  });
});
