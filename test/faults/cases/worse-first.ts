import type { Fault } from "../fault.ts";
import { serviceTargetPort } from "./service-target-port.ts";

/** What is proposed first takes a second Service its pods and a Deployment its image: it must be taken back, and the fault fixed. */
export const worseFirst: Fault = {
  ...serviceTargetPort,
  id: "worse-first",
  plans: (namespace) => [
    {
      intent: "Point Service stock elsewhere and roll out an image that does not exist.",
      source: "test",
      actions: [
        {
          type: "patch",
          target: { kind: "Service", namespace, name: "stock" },
          operations: [{ op: "replace", path: "/spec/selector/app", value: "stock-v2" }],
        },
        {
          type: "patch",
          target: { kind: "Deployment", namespace, name: "catalog" },
          operations: [{ op: "replace", path: "/spec/template/spec/containers/0/image", value: "test.local/podinfo:no-such-tag" }],
        },
      ],
    },
  ],
};
