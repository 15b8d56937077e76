/**
 * PURE. Addresses of Services in the settings of workloads: `http://catalog:9898/echo`, `catalog.shop.svc:9898`, or the
 * Service's own IP. A name without a dot, or with the namespace behind it, is one of this namespace (kubernetes.io, DNS for
 * Services and Pods); anything else may be anywhere, and nothing is said about it.
 */
import { pointer } from "../kubernetes/json.ts";
import type { ObjectRef, Service, Workload } from "../kubernetes/object.ts";
import { refOf } from "../kubernetes/object.ts";
import type { Evidence } from "./cause.ts";

export interface Setting {
  /** The object that holds the text, and where. */
  readonly ref: ObjectRef;
  readonly path: string;
  readonly text: string;
  /** `container app: env BACKEND`. */
  readonly what: string;
}

export interface Address {
  readonly host: string;
  readonly port: number;
  /** Where the port stands in the text. */
  readonly portAt: number;
  readonly hostAt: number;
}

const textMax = 10_000;

/** Where the workload's containers are told things in plain text: variables, arguments, and keys of ConfigMaps by variable. */
export function settingsOf(workload: Workload, evidence: Evidence): readonly Setting[] {
  return workload.spec.template.spec.containers.flatMap(({ name, env = [], args = [], command = [] }, index) => {
    const at = (...more: readonly (string | number)[]): string => `/spec/template/spec${pointer("containers", index, ...more)}`;
    const ref = refOf(workload);
    return [
      ...env.flatMap((variable, position): Setting[] =>
        variable.value === undefined
          ? []
          : [{ ref, path: at("env", position, "value"), text: variable.value, what: `variable ${variable.name} of container ${name}` }],
      ),
      ...args.map((text, position): Setting => ({ ref, path: at("args", position), text, what: `an argument of container ${name}` })),
      ...command.map((text, position): Setting => ({ ref, path: at("command", position), text, what: `the command of container ${name}` })),
      ...env.flatMap(({ valueFrom }): Setting[] => {
        const from = valueFrom?.configMapKeyRef;
        const configMap = evidence.configMaps.find(({ metadata }) => metadata.name === from?.name);
        const text = from === undefined ? undefined : configMap?.data?.[from.key];
        if (configMap === undefined || from === undefined || text === undefined) return [];
        return [{ ref: refOf(configMap), path: pointer("data", from.key), text, what: `key ${from.key} of ConfigMap ${from.name}` }];
      }),
    ];
  });
}

/** `host:port` of hosts that can only be of this namespace, or that are the IP of one of its Services. */
export function addressesIn(text: string, evidence: Evidence): readonly Address[] {
  return [...text.slice(0, textMax).matchAll(/(?<![\w.$%-])([a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?):(\d{1,5})(?![\w.:-])/g)].flatMap(
    (match) => {
      const [, name = "", digits = ""] = match;
      const host = localName(name, evidence);
      const port = Number(digits);
      if (host === undefined || port < 1 || port > 65_535) return [];
      return [{ host, port, hostAt: match.index, portAt: match.index + name.length + 1 }];
    },
  );
}

/** The Service's name; undefined for a host that may be anywhere. */
function localName(name: string, { namespace, services }: Evidence): string | undefined {
  const byIp = services.find(({ spec }) => spec.clusterIP === name);
  if (byIp !== undefined) return byIp.metadata.name;
  if (/^[\d.]+$/.test(name) || name === "localhost") return undefined;
  const [host = "", ...rest] = name.split(".");
  const domain = rest.join(".");
  return domain === "" || domain === namespace || domain === `${namespace}.svc` || domain === `${namespace}.svc.cluster.local`
    ? host
    : undefined;
}

/** The Service's own ports; undefined for one that may be asked at any port: headless, or without a selector of its own. */
export function portsOf({ spec }: Service): readonly number[] | undefined {
  if (spec.clusterIP === "None" || spec.type === "ExternalName") return undefined;
  return (spec.ports ?? []).map(({ port }) => port);
}
