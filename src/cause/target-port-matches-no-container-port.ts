/**
 * PURE. A Service sends to targetPort of its pods. A name that no pod declares leaves the Service without that port
 * (endpointslice controller, FindPort). A number is never checked, and containerPort is informational only: a number
 * that is not declared is a strong sign, so long as the pods declare ports at all and no probe uses that number.
 */
import type { Action } from "../action/action.ts";
import { isJsonArray, pointer, valueAt } from "../kubernetes/json.ts";
import type { Container, Pod, Service } from "../kubernetes/object.ts";
import { nameOf, refOf } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis } from "./cause.ts";
import { containersOf } from "./failing.ts";
import { lastApplied } from "./last-applied.ts";
import { targetOf } from "./owner.ts";
import { podsBehind } from "./selection.ts";
import { listed, quoted } from "./wording.ts";

type ServicePort = NonNullable<Service["spec"]["ports"]>[number];
type ContainerPort = NonNullable<Container["ports"]>[number];
type PatchOperation = Extract<Action, { type: "patch" }>["operations"][number];

interface Candidate {
  readonly value: number | string;
  readonly confidence: number;
  readonly why: string;
}

interface WrongPort {
  readonly index: number;
  readonly port: ServicePort;
  /** Most likely first. */
  readonly candidates: readonly Candidate[];
}

const remediesMax = 4;

export const targetPortMatchesNoContainerPort: Cause = {
  name: "target-port-matches-no-container-port",
  diagnose: (evidence) =>
    evidence.services.flatMap((service) => {
      // A headless Service sends nothing anywhere: its clients take the pod's address and a port that they know.
      const pods = service.spec.clusterIP === "None" ? [] : podsBehind(service, evidence);
      const wrong = pods.length === 0 ? [] : wrongPortsOf(service, pods);
      return wrong.length === 0 ? [] : [hypothesis(service, wrong, pods, evidence)];
    }),
};

function protocolOf(port: { readonly protocol?: string }): string {
  return port.protocol ?? "TCP";
}

function wrongPortsOf(service: Service, pods: readonly Pod[]): readonly WrongPort[] {
  const containers = pods.flatMap(({ spec }) => containersOf(spec));
  const probed = containers.flatMap(probePortsOf);
  return (service.spec.ports ?? []).flatMap((port, index) => {
    const target = port.targetPort ?? port.port;
    const declared = distinct(containers.flatMap(({ ports = [] }) => ports).filter((own) => protocolOf(own) === protocolOf(port)));
    const reached = declared.some(({ name, containerPort }) => name === target || containerPort === target) || probed.includes(target);
    // Where nothing is declared nothing can be said about a number.
    if (reached || (declared.length === 0 && typeof target === "number")) return [];
    return [{ index, port, candidates: candidatesFor(service, port, declared) }];
  });
}

function distinct(ports: readonly ContainerPort[]): readonly ContainerPort[] {
  return ports.filter(
    (port, index) => ports.findIndex(({ name, containerPort }) => name === port.name && containerPort === port.containerPort) === index,
  );
}

/** Numbers only: what a probe asks, something listens on. */
function probePortsOf({ readinessProbe, livenessProbe, startupProbe }: Container): readonly (number | string)[] {
  return [readinessProbe, livenessProbe, startupProbe]
    .flatMap((probe) => [probe?.httpGet?.port, probe?.tcpSocket?.port])
    .filter((port) => typeof port === "number");
}

function candidatesFor(service: Service, port: ServicePort, declared: readonly ContainerPort[]): readonly Candidate[] {
  const value = ({ name, containerPort }: ContainerPort): number | string =>
    typeof port.targetPort === "string" && name !== undefined ? name : containerPort;
  const applied = appliedTarget(service, port);
  const found: Candidate[] = [
    ...declared
      .filter(({ name, containerPort }) => applied !== undefined && (name === applied || containerPort === applied))
      .map(() => ({ value: applied ?? port.port, confidence: 0.9, why: "as last applied" })),
    ...declared
      .filter(({ name }) => name !== undefined && name === port.name)
      .map((own) => ({ value: value(own), confidence: 0.85, why: "named like the Service's port" })),
    ...declared
      .filter(({ containerPort }) => containerPort === port.port)
      .map((own) => ({ value: value(own), confidence: 0.85, why: "the same number as the Service's port" })),
    ...(declared.length === 1 ? declared : []).map((own) => ({
      value: value(own),
      confidence: 0.6,
      why: "the only port that the pods declare",
    })),
  ];
  return found.filter((candidate, index) => {
    const number = numberOf(candidate.value, declared);
    return found.findIndex((other) => numberOf(other.value, declared) === number) === index;
  });
}

function numberOf(value: number | string, declared: readonly ContainerPort[]): number | undefined {
  return typeof value === "number" ? value : declared.find(({ name }) => name === value)?.containerPort;
}

/** The targetPort that the manifest last applied gives the same port of the Service. */
function appliedTarget(service: Service, port: ServicePort): number | string | undefined {
  const manifest = lastApplied(service);
  const ports = manifest === undefined ? undefined : valueAt(manifest, "/spec/ports");
  const same = isJsonArray(ports)
    ? ports.find(
        (candidate) => valueAt(candidate, "/port") === port.port && (valueAt(candidate, "/protocol") ?? "TCP") === protocolOf(port),
      )
    : undefined;
  const target = same === undefined ? undefined : (valueAt(same, "/targetPort") ?? port.port);
  return typeof target === "number" || typeof target === "string" ? target : undefined;
}

/** The n-th remedy takes the n-th candidate of every wrong port, or its last. */
function hypothesis(service: Service, wrong: readonly WrongPort[], pods: readonly Pod[], evidence: Evidence): Hypothesis {
  const name = nameOf(refOf(service));
  const curable = wrong.filter(({ candidates }) => candidates.length > 0);
  const depth = Math.min(remediesMax, Math.max(0, ...curable.map(({ candidates }) => candidates.length)));
  const remedies = Array.from({ length: depth }, (_, rank) => {
    const chosen = curable.flatMap(({ index, port, candidates }) => {
      const candidate = candidates[rank] ?? candidates.at(-1);
      return candidate === undefined ? [] : [{ index, port, candidate }];
    });
    const sentence = chosen.map(({ port, candidate }) => `port ${port.port} to ${quoted(String(candidate.value), 40)} (${candidate.why})`);
    const operations = chosen.slice(0, 20).map(({ index, port, candidate }): PatchOperation => {
      const path = pointer("spec", "ports", index, "targetPort");
      return { op: port.targetPort === undefined ? "add" : "replace", path, value: candidate.value };
    });
    return {
      intent: `Change the target port in ${name}: of ${listed(sentence)}.`,
      actions: [{ type: "patch" as const, target: targetOf(service, evidence), operations }],
    };
  });
  const best = curable.map(({ candidates }) => candidates[0]?.confidence ?? 0.5);
  return {
    cause: targetPortMatchesNoContainerPort.name,
    component: refOf(service),
    confidence: best.length === 0 ? 0.5 : Math.min(...best),
    evidence: wrong.map(
      ({ port }) =>
        `${name} sends port ${port.port} to target port ${quoted(String(port.targetPort ?? port.port), 40)}, which none of its ${pods.length} pods declares.`,
    ),
    remedies,
  };
}
