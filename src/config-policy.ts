/**
 * PURE. A policy as people write it, in YAML or JSON: every key may be left out, and what is left out stays as it is. It
 * opens nothing that never.ts keeps shut, and every mistake in it is told at once.
 */
import * as z from "zod";
import { whyNeverKind, whyNeverPattern, whyNeverWhole } from "./action/never.ts";
import type { Mode, Policy } from "./action/policy.ts";
import { writableOf } from "./action/writable.ts";
import type { Writable } from "./action/writable.ts";
import { isKind, kinds } from "./kubernetes/kind.ts";
import type { CustomKinds } from "./kubernetes/kind.ts";
import { readYaml } from "./setting.ts";

export const modeSchema = z.enum(["observe", "approve", "auto"], "must be observe, approve or auto");
const yesOrNo = z.boolean("must be true or false");
const namespaceName = z.string("must be the name of a namespace").regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, {
  error: ({ input }) => `${String(input).slice(0, 100)} is no name of a namespace`,
});

function pathsOf(kind: string) {
  const path = z.string("must be a path like /spec/selector/**").superRefine((pattern, context) => {
    const whyNot = whyNoPattern(pattern) ?? whyNeverPattern(kind, pattern);
    if (whyNot !== undefined) context.addIssue({ code: "custom", message: `${pattern.slice(0, 200)} ${whyNot}` });
  });
  return z.array(path, "must be a list of paths").max(100, "must be at most 100 paths");
}

/** The names of list entries are not known to a policy, and their numbers say nothing. */
function whyNoPattern(pattern: string): string | undefined {
  const names = pattern.split("/");
  if (names.shift() !== "") return "must begin with a slash";
  if (names.some((name) => name === "")) return "has an empty name in it";
  const wild = names.some((name, index) => name.includes("*") && name !== "*" && !(name === "**" && index === names.length - 1));
  if (wild) return "may have * in place of one name, and ** at its end for all below";
  if (names.some((name) => /~(?![01])/.test(name))) return "must have ~1 for a slash within a name, and ~0 for ~";
  return names.some((name) => /^\d+$/.test(name)) ? "must have * in place of a number: it stands for every entry of a list" : undefined;
}

function writableKind(kind: string) {
  const whole = (verb: "create" | "delete") => {
    const whyNot = whyNeverWhole(kind, verb);
    return yesOrNo.refine((value) => !value || whyNot === undefined, `no ${kind} is ever ${verb}d: it ${whyNot ?? ""}`);
  };
  const shape = { paths: pathsOf(kind), create: whole("create"), delete: whole("delete") };
  const fields = z.strictObject(shape, unknownKey(Object.keys(shape), "must be false, or a map of paths, create and delete")).partial();
  return z.unknown().transform((value, context) => {
    if (value === false) return false;
    const parsed = fields.safeParse(value);
    if (parsed.success) return parsed.data;
    for (const { path, message } of parsed.error.issues) context.addIssue({ code: "custom", path: [...path], message });
    return z.NEVER;
  });
}

const writableKinds = Object.keys(kinds).filter((kind) => whyNeverKind(kind) === undefined);
const writable = z
  .strictObject(Object.fromEntries(writableKinds.map((kind) => [kind, writableKind(kind)])), {
    error: (issue) =>
      issue.code === "unrecognized_keys" ? issue.keys.map(whyNotWritable).join("; ") : "must be a map from kinds to what may be written",
  })
  .partial();

function whyNotWritable(kind: string): string {
  const never = whyNeverKind(kind);
  return never === undefined
    ? `${kind.slice(0, 100)} is no kind that Stratus knows: custom resources belong under custom`
    : `no ${kind.slice(0, 100)} is ever written: it ${never}`;
}

/** Kinds of Kubernetes that Stratus has nothing to do with, and that another API should not pass for. */
const otherBuiltIn = [
  "ReplicationController",
  "PodTemplate",
  "Binding",

  "ServiceCIDR",
  "IPAddress",
  "ResourceClaim",
];
const customKind = z
  .string()
  .max(63)
  .regex(/^[A-Z][A-Za-z0-9]*$/, "must be a kind like VirtualService")
  .superRefine((kind, context) => {
    const never = whyNeverKind(kind);
    const builtIn = isKind(kind) || otherBuiltIn.includes(kind);
    const why =
      never === undefined ? (builtIn ? `${kind} is a kind of Kubernetes itself` : undefined) : `no ${kind} is ever written: it ${never}`;
    if (why !== undefined) context.addIssue({ code: "custom", message: why });
  });
const apiVersion = z
  .string("must be a group and a version, like networking.istio.io/v1")
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?\/v\d+((alpha|beta)\d+)?$/, "must be a group and a version, like networking.istio.io/v1")
  .refine((text) => !isOwnGroup(text.slice(0, text.indexOf("/"))), {
    error: ({ input }) => `${String(input)} is an API of Kubernetes itself`,
  });

/** `apps`, `rbac.authorization.k8s.io`. Source: the API reference; the Gateway API is one of custom resources. */
function isOwnGroup(group: string): boolean {
  return !group.includes(".") || group === "k8s.io" || (group.endsWith(".k8s.io") && group !== "gateway.networking.k8s.io");
}

const customShape = {
  apiVersion,
  plural: z
    .string("must be the name in the API's paths, like virtualservices")
    .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, "must be the name in the API's paths, like virtualservices"),
  namespaced: yesOrNo.default(true),
  paths: pathsOf("*").default([]),
  create: yesOrNo.default(false),
  delete: yesOrNo.default(false),
};
const custom = z.record(
  customKind,
  z.strictObject(customShape, unknownKey(Object.keys(customShape), "must be a map of apiVersion, plural and paths")),
  {
    error: (issue) =>
      issue.code === "invalid_key" ? (issue.issues[0]?.message ?? "") : "must be a map from kinds to where they are found",
  },
);

const count = (least: number, most: number) =>
  z.int(`must be a whole number from ${least} to ${most}`).min(least, `must be at least ${least}`).max(most, `must be at most ${most}`);
const share = z.number("must be a number from 0 to 1").min(0, "must be at least 0").max(1, "must be at most 1");
const modesShape = {
  default: modeSchema,
  namespaces: z.record(namespaceName, modeSchema, {
    error: (issue) => (issue.code === "invalid_key" ? (issue.issues[0]?.message ?? "") : "must be a map from namespaces to modes"),
  }),
  clusterScoped: modeSchema,
};
const blastShape = { targets: count(1, 100), replicas: count(0, 10_000), readyShare: share };
const documentShape = {
  modes: z
    .strictObject(modesShape, unknownKey(Object.keys(modesShape), "must be a map of default, namespaces and clusterScoped"))
    .partial(),
  protected: z.array(namespaceName, "must be a list of namespaces"),
  writable,
  custom,
  blast: z.strictObject(blastShape, unknownKey(Object.keys(blastShape), "must be a map of targets, replicas and readyShare")).partial(),
  argoCd: z.enum(["refuse", "write"], "must be refuse or write"),
};
export const policySchema = z
  .strictObject(documentShape, unknownKey(Object.keys(documentShape), "must be a map: modes, protected, writable, custom, blast, argoCd"))
  .partial();
export type PolicyDocument = z.infer<typeof policySchema>;

function unknownKey(known: readonly string[], otherwise: string) {
  return {
    error: (issue: { readonly code?: string | undefined; readonly keys?: unknown }) =>
      issue.code === "unrecognized_keys" && Array.isArray(issue.keys)
        ? issue.keys.map((key) => `there is no ${String(key).slice(0, 100)} here, but ${known.join(", ")}`).join("; ")
        : otherwise,
  };
}

/** The form of STRATUS_POLICY; every mistake in it is an issue of its own, after its place in the document. */
export const policyText = z.string().transform((text, context): PolicyDocument => {
  const read = readYaml(text);
  if ("problem" in read) {
    context.addIssue(read.problem);
    return z.NEVER;
  }
  const parsed = policySchema.safeParse(read.value ?? {});
  for (const { path, message } of parsed.error?.issues ?? [])
    context.addIssue(`${path.length === 0 ? "" : `${path.map(String).join(".")}: `}${message}`);
  return parsed.data ?? z.NEVER;
});

/** What the document leaves out is as `policy` has it; protection adds up. */
export function withDocument(policy: Policy, document: PolicyDocument | undefined): Policy {
  if (document === undefined) return policy;
  const { modes = {}, blast = {} } = document;
  return {
    ...policy,
    defaultMode: modes.default ?? policy.defaultMode,
    modeByNamespace: modes.namespaces ?? policy.modeByNamespace,
    clusterScopedMode: modes.clusterScoped ?? policy.clusterScopedMode,
    protectedNamespaces: [...policy.protectedNamespaces, ...(document.protected ?? [])],
    writable: writableBy(policy.writable, document),
    customKinds: { ...policy.customKinds, ...customIn(document) },
    blast: {
      targetsMax: blast.targets ?? policy.blast.targetsMax,
      replicasMax: blast.replicas ?? policy.blast.replicasMax,
      readyShareMax: blast.readyShare ?? policy.blast.readyShareMax,
    },
    argoCd: document.argoCd ?? policy.argoCd,
  };
}

function writableBy(before: Writable, document: PolicyDocument): Writable {
  const named = Object.entries(document.writable ?? {});
  const taken = named.filter(([, entry]) => entry === false).map(([kind]) => kind);
  const given = named.flatMap(([kind, entry]) => {
    if (entry === undefined || entry === false) return [];
    const { paths = [], create = false, delete: removed = false } = { ...writableOf(before, kind), ...entry };
    return [[kind, { paths, create, delete: removed }] as const];
  });
  const own = Object.entries(document.custom ?? {}).map(
    ([kind, { paths, create, delete: removed }]) => [kind, { paths, create, delete: removed }] as const,
  );
  return Object.fromEntries([...Object.entries(before).filter(([kind]) => !taken.includes(kind)), ...given, ...own]);
}

function customIn({ custom: named = {} }: PolicyDocument): CustomKinds {
  return Object.fromEntries(
    Object.entries(named).map(([kind, { apiVersion: version, plural, namespaced }]) => [kind, { apiVersion: version, plural, namespaced }]),
  );
}

export interface ToldModes {
  readonly default: Mode | undefined;
  readonly clusterScoped: Mode | undefined;
  readonly namespaces: Readonly<Record<string, Mode>>;
}

/** Where a setting and the document both say a mode, they must say the same: neither wins in silence. */
export function disagreements(document: PolicyDocument | undefined, told: ToldModes): string[] {
  const { modes = {} } = document ?? {};
  const namespaces = Object.entries(modes.namespaces ?? {}).map(
    ([name, one]) => [`namespace ${name}`, one, Object.hasOwn(told.namespaces, name) ? told.namespaces[name] : undefined] as const,
  );
  return (
    [
      ["the default mode", modes.default, told.default],
      ["the mode of what belongs to no namespace", modes.clusterScoped, told.clusterScoped],
      ...namespaces,
    ] as const
  ).flatMap(([what, one, other]) =>
    one === undefined || other === undefined || one === other
      ? []
      : [`${what} is ${other} by a setting and ${one} by the policy: they must agree`],
  );
}
