import { expect, test } from "vitest";
import type { Evidence } from "../../../src/cause/cause.ts";
import { admissionWebhookUnreachable } from "../../../src/cause/admission-webhook-unreachable.ts";
import { metadata, template, together, turnedAway } from "../../support/evidence.ts";

const message =
  'Internal error occurred: failed calling webhook "policy.example.com": failed to call webhook: Post "https://policy.shop.svc:443/v?timeout=2s": service "policy" not found';
const configuration = (failurePolicy: string): Partial<Evidence> => ({
  listed: {
    ValidatingWebhookConfiguration: [
      {
        apiVersion: "admissionregistration.k8s.io/v1",
        kind: "ValidatingWebhookConfiguration",
        metadata: { ...metadata("ValidatingWebhookConfiguration", "policy"), namespace: undefined } as unknown as ReturnType<
          typeof metadata
        >,
        webhooks: [
          { name: "other.example.com", failurePolicy: "Fail" },
          { name: "policy.example.com", failurePolicy },
        ],
      } as unknown as NonNullable<Evidence["listed"]["Pod"]>[number],
    ],
  },
});
const find = (...parts: readonly Partial<Evidence>[]) => admissionWebhookUnreachable.diagnose(together(...parts));
const blocked = turnedAway("ledger", template("ledger"), message);

test("the change that would let pods be made is proposed; policy says whether it is done", () => {
  const [found, ...others] = find(blocked, turnedAway("stock", template("stock"), message), configuration("Fail"));
  expect(others).toEqual([]);
  expect(found).toMatchObject({ component: { kind: "ValidatingWebhookConfiguration", name: "policy" }, confidence: 0.93 });
  expect(found?.evidence[0]).toBe(
    `No pod of Deployment shop/ledger, Deployment shop/stock can be made: webhook "policy.example.com" does not answer ("service 'policy' not found").`,
  );
  expect(found?.remedies[0]?.actions).toEqual([
    {
      type: "patch",
      target: { kind: "ValidatingWebhookConfiguration", name: "policy" },
      operations: [{ op: "replace", path: "/webhooks/1/failurePolicy", value: "Ignore" }],
    },
  ]);
});

test("where the configuration may not be read, the webhook's name is all there is", () => {
  expect(find(blocked)).toMatchObject([{ confidence: 0.8, remedies: [] }]);
});

test("another refusal is none", () => {
  expect(find(turnedAway("ledger", template("ledger"), "exceeded quota"), configuration("Fail"))).toEqual([]);
});
