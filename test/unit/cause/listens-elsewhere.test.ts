import { expect, test } from "vitest";
import type { Evidence } from "../../../src/cause/cause.ts";
import { listensElsewhere } from "../../../src/cause/listens-elsewhere.ts";
import type { Container } from "../../../src/kubernetes/object.ts";
import { container, event, healthy, newcomer, running, stuckRollout, template, together } from "../../support/evidence.ts";

const find = (...parts: readonly Partial<Evidence>[]) => listensElsewhere.diagnose(together(...parts));
const unready = running("app", { ready: false });
const told = (app: string, args: readonly string[], more: Partial<Container> = {}) => template(app, [container({ args, ...more })]);
const refusal = 'Readiness probe failed: Get "http://10.244.0.9:9898/readyz": dial tcp 10.244.0.9:9898: connect: connection refused';
const sibling = healthy("web", told("web", ["--port=9898", "--level=info"]));

function refused(args: readonly string[], message = refusal, more: Partial<Container> = {}): Partial<Evidence> {
  const parts = newcomer("quotes", told("quotes", args, more), unready);
  return { ...parts, events: (parts.pods ?? []).map((pod) => event(pod, "Unhealthy", message)) };
}

test("a flag that names another port than everything asks for gets that port", () => {
  const [found, ...others] = find(refused(["--level=info", "--port=9797"]), sibling);
  expect(others).toEqual([]);
  expect(found).toMatchObject({ component: { kind: "Deployment", name: "quotes" }, confidence: 0.8 });
  expect(found?.evidence).toEqual([
    "Pod quotes-r1-a of Deployment shop/quotes: connections to port 9898 are refused, which container app declares and its probes ask.",
    'It is told "--port=9797"; with the healthy workloads of its image that flag names a port that they declare.',
  ]);
  expect(found?.remedies).toEqual([
    {
      intent: 'Let container app of Deployment shop/quotes listen on the port that is asked, by "--port=9898".',
      actions: [
        {
          type: "patch",
          target: { kind: "Deployment", namespace: "shop", name: "quotes" },
          operations: [{ op: "replace", path: "/spec/template/spec/containers/0/args/1", value: "--port=9898" }],
        },
      ],
    },
  ]);
});

test.each<[string, readonly Partial<Evidence>[]]>([
  ["another answer than a refusal", [refused(["--port=9797"], "Readiness probe failed: HTTP probe failed with statuscode: 503"), sibling]],
  [
    "a port that the container declares",
    [refused(["--port=9797"], refusal, { ports: [{ containerPort: 9797 }, { containerPort: 9898 }] }), sibling],
  ],
  ["a number that is no port with the others", [refused(["--timeout=9797"]), sibling]],
  ["one that no healthy workload of the image explains", [refused(["--port=9797"])]],
  [
    "one whose program was told something else before",
    [
      (() => {
        const parts = stuckRollout("quotes", {
          old: told("quotes", ["--port=9898"]),
          now: told("quotes", ["--port=9797"]),
          status: unready,
        });
        return { ...parts, events: (parts.pods ?? []).map((pod) => event(pod, "Unhealthy", refusal)) };
      })(),
      sibling,
    ],
  ],
])("%s is none", (_name, parts) => {
  expect(find(...parts)).toEqual([]);
});
