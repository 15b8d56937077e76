/**
 * PURE. A client that is told a port which the Service does not have, or a Service that is not there, starts and stays
 * ready: only its requests fail. A Service answers on its own ports alone (kubernetes.io, Service), whatever its pods listen on.
 */
import type { Action } from "../action/action.ts";
import type { ObjectRef, Service, Workload } from "../kubernetes/object.ts";
import { nameOf, refOf, sameRef } from "../kubernetes/object.ts";
import type { Address, Setting } from "./address.ts";
import { addressesIn, portsOf, settingsOf } from "./address.ts";
import type { Cause, Evidence, Hypothesis, Remedy } from "./cause.ts";
import { historyOf } from "./history.ts";
import { nearName } from "./near-name.ts";
import { workloadsOf } from "./owner.ts";
import { putBack, replaceBroken } from "./remedy.ts";
import { withRestarts } from "./restoring.ts";
import { quoted } from "./wording.ts";

interface Fault {
  readonly setting: Setting;
  readonly address: Address;
  readonly service: Service | undefined;
}

export const addressLeadsNowhere: Cause = {
  name: "address-leads-nowhere",
  diagnose: (evidence) =>
    workloadsOf(evidence).flatMap((workload) => {
      const faults = settingsOf(workload, evidence).flatMap((setting) =>
        addressesIn(setting.text, evidence).flatMap((address) => faultOf(setting, address, evidence)),
      );
      return faults.map((fault) => hypothesis(workload, fault, evidence));
    }),
};

function faultOf(setting: Setting, address: Address, evidence: Evidence): readonly Fault[] {
  const service = evidence.services.find(({ metadata }) => metadata.name === address.host);
  if (service !== undefined) {
    const ports = portsOf(service);
    return ports === undefined || ports.includes(address.port) ? [] : [{ setting, address, service }];
  }
  // A bare word with a port may be a name from elsewhere (a host alias, a container of the same pod).
  const meant =
    workloadsOf(evidence).some(({ metadata }) => metadata.name === address.host) || meantService(address, evidence) !== undefined;
  return meant ? [{ setting, address, service: undefined }] : [];
}

/** The only Service with a name so near, when it has that port. */
function meantService({ host, port }: Address, { services }: Evidence): Service | undefined {
  const name = nearName(
    host,
    services.map(({ metadata }) => metadata.name),
  );
  const found = services.find(({ metadata }) => metadata.name === name);
  return found !== undefined && portsOf(found)?.includes(port) === true ? found : undefined;
}

function hypothesis(workload: Workload, fault: Fault, evidence: Evidence): Hypothesis {
  const { setting, address, service } = fault;
  const name = nameOf(refOf(workload));
  const inSettings = `${name} is told ${quoted(`${address.host}:${address.port}`, 80)} by ${setting.what}`;
  const ports = service === undefined ? [] : (portsOf(service) ?? []);
  const history = historyOf(workload, evidence);
  const revisions = history.earlier.filter(({ template }) => !saysSo(template, workload, fault, evidence));
  const guess = correction(fault, evidence);
  return {
    cause: addressLeadsNowhere.name,
    component: sameRef(setting.ref, refOf(workload)) ? refOf(workload) : setting.ref,
    confidence: revisions.length > 0 ? 0.92 : guess === undefined ? 0.6 : 0.82,
    evidence: [
      service === undefined
        ? `${inSettings}, and there is no Service of that name.`
        : `${inSettings}, and ${nameOf(refOf(service))} has only port ${ports.join(", ")}.`,
    ],
    remedies: [
      ...putBack(workload, revisions, evidence, ({ what }) => /: (?:env|args|command)$/.test(what)),
      ...(guess === undefined ? [] : corrected(workload, setting, guess, evidence)),
    ],
  };
}

function saysSo(template: Workload["spec"]["template"], workload: Workload, { address }: Fault, evidence: Evidence): boolean {
  const then: Workload = { ...workload, spec: { ...workload.spec, template } };
  return settingsOf(then, evidence).some(({ text }) =>
    addressesIn(text, evidence).some(({ host, port }) => host === address.host && port === address.port),
  );
}

/** The text with the only port that the Service has, or the name of the only Service that can be meant. */
function correction({ setting, address, service }: Fault, evidence: Evidence): string | undefined {
  const { text } = setting;
  if (service === undefined) {
    const meant = meantService(address, evidence);
    if (meant === undefined) return undefined;
    return text.slice(0, address.hostAt) + meant.metadata.name + text.slice(address.hostAt + address.host.length);
  }
  const ports = portsOf(service) ?? [];
  const [only] = ports;
  return only === undefined || ports.length > 1
    ? undefined
    : text.slice(0, address.portAt) + String(only) + text.slice(address.portAt + String(address.port).length);
}

function corrected(workload: Workload, { ref, path, what }: Setting, value: string, evidence: Evidence): readonly Remedy[] {
  const remedy: Remedy = {
    intent: `Let ${what} in ${nameOf(refOf(workload))} say ${quoted(value, 80)}.`,
    actions: [patchOf(ref, path, value), ...(ref.kind === "ConfigMap" ? [] : replaceBroken(workload, evidence))],
  };
  return ref.kind === "ConfigMap" ? withRestarts(remedy, ref.name, evidence) : [remedy];
}

function patchOf({ kind, namespace, name }: ObjectRef, path: string, value: string): Action {
  return { type: "patch", target: { kind, namespace, name }, operations: [{ op: "replace", path, value }] };
}
