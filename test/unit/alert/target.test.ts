import { describe, expect, test } from "vitest";
import { checkTarget, findTarget } from "../../../src/alert/target.ts";
import type { Found, HandTarget, NamedObject } from "../../../src/alert/target.ts";
import { createDice } from "../../support/dice.ts";

const namespaces = ["default", "shop", "staging", "kube-system"];
const objects: readonly NamedObject[] = [
  { kind: "Service", namespace: "shop", name: "payment" },
  { kind: "Deployment", namespace: "shop", name: "payment" },
  { kind: "Deployment", namespace: "shop", name: "frontend" },
  { kind: "StatefulSet", namespace: "shop", name: "orders-db" },
  { kind: "Service", namespace: "shop", name: "orders" },
  { kind: "Deployment", namespace: "staging", name: "frontend" },
  { kind: "Service", namespace: "staging", name: "checkout" },
  { kind: "DaemonSet", namespace: "kube-system", name: "agent" },
];

function told(found: Found): string {
  const name = ({ kind, namespace, name: of }: HandTarget): string =>
    kind === "Namespace" ? `Namespace ${of}` : `${kind} ${namespace}/${of}`;
  if (found.kind === "found") return name(found.target);
  return `${found.why}: ${found.candidates.map(name).join(", ")}${found.more > 0 ? ` and ${found.more} more` : ""}`;
}

const everything =
  "DaemonSet kube-system/agent, Deployment shop/frontend, Service shop/orders, StatefulSet shop/orders-db, Deployment shop/payment, Service staging/checkout, Deployment staging/frontend";

const sentences: readonly (readonly [string, string])[] = [
  ["payment in shop answers errors", "Deployment shop/payment"],
  ["Payment is down!", "Deployment shop/payment"],
  ["why is checkout slow?", "Service staging/checkout"],
  ["(orders-db)", "StatefulSet shop/orders-db"],
  ["`orders`: errors", "Service shop/orders"],
  ["frontend of staging", "Deployment staging/frontend"],
  ["shop/frontend is slow", "Deployment shop/frontend"],
  ["deploy/frontend in the namespace shop", "Deployment shop/frontend"],
  ["look at shop/svc/payment.", "Service shop/payment"],
  ["statefulset/orders-db", "StatefulSet shop/orders-db"],
  ["http://payment.shop.svc.cluster.local:8080 gives 502", "Service shop/payment"],
  ["checkout.staging.svc does not answer frontend and payment", "Service staging/checkout"],
  ["ns/shop is slow", "Namespace shop"],
  ["everything in namespace/staging is down", "Namespace staging"],
];

const unclear: readonly (readonly [string, string])[] = [
  ["frontend is slow", "the words name 2 of them: Deployment shop/frontend, Deployment staging/frontend"],
  ["frontend cannot reach payment in shop", "the words name 2 of them: Deployment shop/frontend, Deployment shop/payment"],
  ["it is slow", `the words name no workload and no Service that is there: ${everything}`],
  ["paymentservice and pay-ment", `the words name no workload and no Service that is there: ${everything}`],
  ["svc/orders-db", "the words name no workload and no Service that is there"],
  ["the default page is slow", "the words name no workload and no Service of default: Namespace default"],
  ["ns/shop or ns/staging", "the words name several namespaces: Namespace shop, Namespace staging"],
  ["constructor/payment __proto__ toString", `the words name no workload and no Service that is there: ${everything}`],
  ["", `the words name no workload and no Service that is there: ${everything}`],
];

describe("what words are about", () => {
  test.each(sentences)("%s -> %s", (text, target) => {
    expect(told(findTarget(text, namespaces, objects))).toBe(target);
  });

  test.each(unclear)("%s: asks back", (text, answer) => {
    expect(told(findTarget(text, namespaces, objects)).slice(0, answer.length)).toBe(answer);
    expect(findTarget(text, namespaces, objects).kind).toBe("unclear");
  });

  test("twenty candidates are named at most, and the rest is counted", () => {
    const many = Array.from({ length: 33 }, (_, index): NamedObject => ({ kind: "Deployment", namespace: "shop", name: `web-${index}` }));
    const found = findTarget("slow", namespaces, many);
    expect(found.kind === "unclear" && [found.candidates.length, found.more]).toEqual([20, 13]);
  });
});

describe("whatever the words are", () => {
  const scraps = [
    ...objects.flatMap(({ kind, namespace, name }) => [
      name,
      namespace,
      kind,
      `${namespace}/${name}`,
      `${name}.${namespace}.svc`,
      name.slice(1),
    ]),
    ..."deploy/ svc/ ns/ / . - .. // kubectl delete ns/kube-system --all ${x} <script> \u0000 \ud83d\udd25 __proto__ constructor".split(
      " ",
    ),
  ];

  test("nothing is found that is not there, and not in the words", () => {
    const dice = createDice(11);
    let foundOnes = 0;
    for (let round = 0; round < 3_000; round += 1) {
      const text = Array.from({ length: dice.roll(6) }, () => dice.pick(scraps)).join(dice.pick([" ", ", ", "\n", "/", ""]));
      const found = findTarget(text, namespaces, objects);
      if (found.kind === "unclear") continue;
      foundOnes += 1;
      const { kind, namespace, name } = found.target;
      const isThere = objects.some((object) => object.kind === kind && object.namespace === namespace && object.name === name);
      expect({ text, isThere: isThere || (kind === "Namespace" && namespaces.includes(name)) }).toEqual({ text, isThere: true });
      expect(text.toLowerCase()).toContain(name);
    }
    expect(foundOnes).toBeGreaterThan(300);
  });
});

describe("a target that is written out", () => {
  test.each<readonly [HandTarget, string]>([
    [{ kind: "Service", namespace: "shop", name: "payment" }, "Service shop/payment"],
    [{ kind: "Namespace", namespace: "shop", name: "shop" }, "Namespace shop"],
    [
      { kind: "Service", namespace: "staging", name: "frontend" },
      "there is no Service staging/frontend: Deployment shop/frontend, Deployment staging/frontend",
    ],
    [
      { kind: "Deployment", namespace: "staging", name: "nothing" },
      "there is no Deployment staging/nothing: Service staging/checkout, Deployment staging/frontend",
    ],
    [{ kind: "Deployment", namespace: "nowhere", name: "nothing" }, `there is no Deployment nowhere/nothing: ${everything}`],
    [
      { kind: "Namespace", namespace: "nowhere", name: "nowhere" },
      "there is no namespace nowhere: Namespace default, Namespace shop, Namespace staging, Namespace kube-system",
    ],
  ])("%o", (wanted, answer) => {
    expect(told(checkTarget(wanted, namespaces, objects))).toBe(answer);
  });
});
