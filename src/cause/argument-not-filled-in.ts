/**
 * PURE. `$(NAME)` in a container's arguments stays as it stands where no variable of that name is set (kubernetes.io, Define Dependent
 * Environment Variables): a program that takes it for a word starts, is ready, and fails at its requests. The value is what healthy
 * workloads of the namespace have; or, for the address of a Service, what theirs would be with that Service's name and port.
 */
import type { Container, EnvVar, Service, Workload } from "../kubernetes/object.ts";
import { nameOf, refOf } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis } from "./cause.ts";
import { crashingContainers } from "./crashing.ts";
import { targetOf, workloadsOf } from "./owner.ts";
import { replaceBroken, settingVariables } from "./remedy.ts";
import { agreedVariable, isSecret, siblingsOf } from "./sibling.ts";
import type { Sibling } from "./sibling.ts";
import { listed, quoted } from "./wording.ts";

const textMax = 20_000;
/** As the kubelet fills in; `$$(NAME)` is meant as it stands. */
const reference = /(?<!\$)\$\(([A-Za-z_][A-Za-z0-9_.-]{0,62})\)/g;

export const argumentNotFilledIn: Cause = {
  name: "argument-not-filled-in",
  diagnose(evidence) {
    // One that crashes is another cause's.
    const crashing = new Set(crashingContainers(evidence).map(({ workload, container }) => `${workload.metadata.uid} ${container.name}`));
    return workloadsOf(evidence).flatMap((workload) =>
      workload.spec.template.spec.containers.flatMap((container, index) => {
        const unset = crashing.has(`${workload.metadata.uid} ${container.name}`) ? [] : unsetIn(container);
        return unset.length === 0 ? [] : [hypothesis(workload, { container, index, unset }, evidence)];
      }),
    );
  },
};

/** What an envFrom holds may be any name. */
function unsetIn({ command = [], args = [], env = [], envFrom = [] }: Container): readonly string[] {
  if (envFrom.length > 0) return [];
  const text = [...command, ...args].join("\n").slice(0, textMax);
  const names = [...text.matchAll(reference)].map(([, name = ""]) => name);
  // The kubelet sets these for each Service.
  return [...new Set(names)].filter((name) => !env.some((variable) => variable.name === name) && !/_SERVICE_(?:HOST|PORT)/.test(name));
}

function hypothesis(
  workload: Workload,
  { container, index, unset }: { readonly container: Container; readonly index: number; readonly unset: readonly string[] },
  evidence: Evidence,
): Hypothesis {
  const siblings = siblingsOf(workload, evidence);
  const variables = unset.flatMap((name): EnvVar[] => {
    const agreed = agreedVariable(name, siblings);
    if (agreed !== undefined) return isSecret(agreed) ? [] : [agreed];
    const value = byAnalogy(name, siblings, evidence.services);
    return value === undefined ? [] : [{ name, value }];
  });
  const all = variables.length === unset.length;
  const name = nameOf(refOf(workload));
  const said = variables.map((variable) => `${variable.name} to ${quoted(variable.value ?? "what others have", 120)}`);
  return {
    cause: argumentNotFilledIn.name,
    component: refOf(workload),
    confidence: all ? 0.84 : 0.6,
    evidence: [
      `Container ${container.name} of ${name} is given ${listed(unset.map((one) => quoted(`$(${one})`, 80)))}, which no variable of it fills in.`,
    ],
    remedies: all
      ? [
          {
            intent: `Set ${listed(said)} in container ${container.name} of ${name}, as the other workloads do.`,
            actions: [
              { type: "patch", target: targetOf(workload, evidence), operations: settingVariables(container, index, variables) },
              ...replaceBroken(workload, evidence),
            ],
          },
        ]
      : [],
  };
}

/** From `CATALOG_ADDR=catalog.shop:9898` and Service stock follows `STOCK_ADDR=stock.shop:9898`; undefined unless all agree. */
function byAnalogy(name: string, siblings: readonly Sibling[], services: readonly Service[]): string | undefined {
  const [meant, suffix] = served(name, services) ?? [];
  if (meant === undefined) return undefined;
  const values = siblings.flatMap(({ container: { env = [] } }) =>
    env.flatMap((variable) => {
      const [other, itsSuffix] = served(variable.name, services) ?? [];
      return other === undefined || itsSuffix !== suffix || variable.value === undefined
        ? []
        : (likewise(variable.value, other, meant) ?? []);
    }),
  );
  return new Set(values).size === 1 ? values[0] : undefined;
}

/** `STOCK_DB_ADDR` with a Service `stock-db`: the Service, and `_ADDR`. */
function served(name: string, services: readonly Service[]): readonly [Service, string] | undefined {
  for (const service of services) {
    const prefix = service.metadata.name.toUpperCase().replaceAll(/[.-]/g, "_");
    if (name.startsWith(`${prefix}_`)) return [service, name.slice(prefix.length)];
  }
  return undefined;
}

/** The same address of another Service; undefined where it does not name the one, or where the other has several ports. */
function likewise(value: string, from: Service, to: Service): string | undefined {
  const found = new RegExp(`(?<![\\w.-])${from.metadata.name}(?![\\w-])`).exec(value);
  const [port, ...more] = to.spec.ports ?? [];
  if (found === null || port === undefined || more.length > 0) return undefined;
  const named = value.slice(0, found.index) + to.metadata.name + value.slice(found.index + from.metadata.name.length);
  const ports = (from.spec.ports ?? []).map((each) => each.port).join("|");
  return named.replace(new RegExp(`:(?:${ports})(?!\\d)`), `:${port.port}`);
}
