/**
 * PURE. A name that clients ask for and that no Service has cannot be resolved. Where a healthy workload of that very name
 * listens on that very port, a Service that selects it is all that is missing: nothing else could have been meant, and it
 * is taken away again by deleting it.
 */
import type { JsonObject } from "../kubernetes/json.ts";
import type { Workload } from "../kubernetes/object.ts";
import { isReady, nameOf, refOf } from "../kubernetes/object.ts";
import { addressesIn, settingsOf } from "./address.ts";
import type { Cause, Evidence, Hypothesis } from "./cause.ts";
import { newestPodsOf } from "./history.ts";
import { workloadsOf } from "./owner.ts";
import { serviceSelects } from "./selection.ts";
import { listed } from "./wording.ts";

interface Wanted {
  readonly workload: Workload;
  readonly port: number;
  readonly clients: readonly Workload[];
}

export const serviceMissing: Cause = {
  name: "service-missing",
  diagnose: (evidence) => wantedServices(evidence).map((wanted) => hypothesis(wanted, evidence)),
};

function wantedServices(evidence: Evidence): readonly Wanted[] {
  const asked = workloadsOf(evidence).flatMap((client) =>
    settingsOf(client, evidence).flatMap(({ text }) => addressesIn(text, evidence).map(({ host, port }) => ({ client, host, port }))),
  );
  return workloadsOf(evidence).flatMap((workload): Wanted[] => {
    const name = workload.metadata.name;
    if (evidence.services.some(({ metadata }) => metadata.name === name)) return [];
    const own = asked.filter(({ host, client }) => host === name && client.metadata.uid !== workload.metadata.uid);
    const ports = [...new Set(own.map(({ port }) => port))];
    const [port] = ports;
    return port === undefined || ports.length > 1 ? [] : [{ workload, port, clients: [...new Set(own.map(({ client }) => client))] }];
  });
}

function hypothesis({ workload, port, clients }: Wanted, evidence: Evidence): Hypothesis {
  const { name } = workload.metadata;
  const target = targetPort(workload, port);
  const selector = workload.spec.selector.matchLabels ?? {};
  const already = evidence.services.filter((service) => serviceSelects(service, workload.spec.template.metadata?.labels));
  const serves = newestPodsOf(workload, evidence).some(isReady);
  const clear = target !== undefined && serves && already.length === 0 && Object.keys(selector).length > 0;
  const ref = { kind: "Service", namespace: evidence.namespace, name };
  const manifest: JsonObject = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: evidence.namespace },
    spec: { type: "ClusterIP", selector: { ...selector }, ports: [{ name: "http", port, targetPort: target ?? port }] },
  };
  return {
    cause: serviceMissing.name,
    component: ref,
    confidence: clear ? 0.8 : 0.6,
    evidence: [
      `${listed(clients.map((client) => nameOf(refOf(client))))} ${clients.length === 1 ? "asks" : "ask"} for ${name}:${port}, and there is no Service ${name}.`,
      ...(clear ? [`${nameOf(refOf(workload))} is there, is ready, and no Service selects it.`] : []),
    ],
    remedies: clear
      ? [
          {
            intent: `Make ${nameOf(ref)} for the pods of ${nameOf(refOf(workload))} on port ${port}.`,
            actions: [{ type: "create", target: ref, manifest }],
          },
        ]
      : [],
  };
}

/** The port of that number, or the only one that the pods declare. */
function targetPort(workload: Workload, port: number): number | undefined {
  const declared = workload.spec.template.spec.containers.flatMap(({ ports = [] }) => ports.map(({ containerPort }) => containerPort));
  if (declared.includes(port)) return port;
  return declared.length === 1 ? declared[0] : undefined;
}
