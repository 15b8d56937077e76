/**
 * PURE. An Ingress is carried out by the controller of its class; one whose class does not exist is nobody's, and one whose
 * backend is a Service or a port that does not exist answers errors (kubernetes.io, Ingress). Neither shows anywhere else.
 */
import type { ActionOf } from "../action/action.ts";
import type { Json } from "../kubernetes/json.ts";
import { isJsonArray, isJsonObject, pointer, valueAt } from "../kubernetes/json.ts";
import type { KubernetesObject, Service } from "../kubernetes/object.ts";
import { asJson, nameOf, refOf } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis } from "./cause.ts";
import { nearName } from "./near-name.ts";
import { targetOf } from "./owner.ts";
import { quoted } from "./wording.ts";

interface Fault {
  readonly confidence: number;
  readonly seen: string;
  /** What is to be said there instead; undefined when nobody can tell. */
  readonly fix: { readonly intent: string; readonly operation: ActionOf<"patch">["operations"][number] } | undefined;
}

export const ingressLeadsNowhere: Cause = {
  name: "ingress-leads-nowhere",
  diagnose: (evidence) =>
    (evidence.listed.Ingress ?? []).flatMap((ingress) =>
      [...classFault(ingress, evidence), ...backendFaults(ingress, evidence)].map((fault): Hypothesis => ({
        cause: ingressLeadsNowhere.name,
        component: refOf(ingress),
        confidence: fault.confidence,
        evidence: [fault.seen],
        remedies:
          fault.fix === undefined
            ? []
            : [
                {
                  intent: fault.fix.intent,
                  actions: [{ type: "patch", target: targetOf(ingress, evidence), operations: [fault.fix.operation] }],
                },
              ],
      })),
    ),
};

function classOf(ingress: KubernetesObject): string | undefined {
  const found = valueAt(asJson(ingress), "/spec/ingressClassName");
  return typeof found === "string" ? found : undefined;
}

function classFault(ingress: KubernetesObject, evidence: Evidence): readonly Fault[] {
  const classes = evidence.listed.IngressClass?.map(({ metadata }) => metadata.name);
  const named = classOf(ingress);
  // Without a class the default one counts, or an annotation of older controllers: nothing can be said.
  if (classes === undefined || named === undefined || classes.includes(named)) return [];
  const others = (evidence.listed.Ingress ?? []).flatMap((other) => classOf(other) ?? []).filter((name) => classes.includes(name));
  const used = [...new Set(others)];
  const meant = nearName(named, classes) ?? (classes.length === 1 ? classes[0] : used.length === 1 ? used[0] : undefined);
  const name = nameOf(refOf(ingress));
  return [
    {
      confidence: meant === undefined ? 0.7 : 0.9,
      seen: `${name} is of class ${quoted(named, 80)}, which does not exist: no controller carries it out.`,
      fix:
        meant === undefined
          ? undefined
          : {
              intent: `Let ${name} be of class ${quoted(meant, 80)}${classes.length === 1 ? ", the only one there is" : ""}.`,
              operation: { op: "replace", path: "/spec/ingressClassName", value: meant },
            },
    },
  ];
}

interface Backend {
  readonly path: string;
  readonly service: string;
  readonly port: number | string | undefined;
}

function backendsIn(value: Json | undefined, path: string): readonly Backend[] {
  if (isJsonArray(value)) return value.flatMap((inner, index) => backendsIn(inner, path + pointer(index)));
  if (!isJsonObject(value)) return [];
  const { service } = value;
  if (isJsonObject(service) && typeof service["name"] === "string") {
    const port = valueAt(service, "/port/number") ?? valueAt(service, "/port/name");
    return [
      { path: `${path}/service`, service: service["name"], port: typeof port === "number" || typeof port === "string" ? port : undefined },
    ];
  }
  return Object.entries(value).flatMap(([key, inner]) => backendsIn(inner, path + pointer(key)));
}

function backendFaults(ingress: KubernetesObject, evidence: Evidence): readonly Fault[] {
  const spec = asJson(ingress)["spec"];
  return backendsIn(isJsonObject(spec) ? spec : undefined, "/spec").flatMap((backend) => {
    const service = evidence.services.find(({ metadata }) => metadata.name === backend.service);
    return service === undefined ? [missingService(ingress, backend, evidence)] : missingPort(ingress, backend, service);
  });
}

function hasPort({ spec }: Service, port: Backend["port"]): boolean {
  return port === undefined || (spec.ports ?? []).some((own) => own.port === port || own.name === port);
}

function missingService(ingress: KubernetesObject, backend: Backend, evidence: Evidence): Fault {
  const meant = nearName(
    backend.service,
    evidence.services.filter((service) => hasPort(service, backend.port)).map(({ metadata }) => metadata.name),
  );
  const name = nameOf(refOf(ingress));
  return {
    confidence: meant === undefined ? 0.75 : 0.88,
    seen: `${name} sends to Service ${quoted(backend.service, 80)}, which is not there.`,
    fix:
      meant === undefined
        ? undefined
        : {
            intent: `Let ${name} send to Service ${quoted(meant, 80)}.`,
            operation: { op: "replace", path: `${backend.path}/name`, value: meant },
          },
  };
}

function missingPort(ingress: KubernetesObject, backend: Backend, service: Service): readonly Fault[] {
  if (hasPort(service, backend.port)) return [];
  const ports = service.spec.ports ?? [];
  const [only] = ports;
  const name = nameOf(refOf(ingress));
  return [
    {
      confidence: only === undefined || ports.length > 1 ? 0.75 : 0.9,
      seen: `${name} sends to port ${quoted(String(backend.port), 40)} of ${nameOf(refOf(service))}, which has only ${quoted(ports.map(({ port }) => port).join(", "), 80)}.`,
      fix:
        only === undefined || ports.length > 1
          ? undefined
          : {
              intent: `Let ${name} send to port ${only.port} of ${nameOf(refOf(service))}.`,
              operation: { op: "replace", path: `${backend.path}/port`, value: { number: only.port } },
            },
    },
  ];
}
