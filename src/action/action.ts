/**
 * PURE. What may be done to a cluster, as data. An action is an intent; the engine compiles it to a write, after
 * policy and a server-side dry-run. Nothing outside this union can ever be written.
 */
import * as z from "zod";
import { isJsonObject, jsonSchema } from "../kubernetes/json.ts";
import type { JsonObject } from "../kubernetes/json.ts";

const name = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/)
  .max(253);

/** Any kind can be named; policy says which may be written, and each action which it makes sense for. */
export const targetSchema = z.strictObject({
  kind: z
    .string()
    .regex(/^[A-Z][A-Za-z0-9]*$/)
    .max(63),
  /** Absent for kinds that belong to no namespace. */
  namespace: name.optional(),
  name,
  /** The very object that was meant: another one of the same name is refused. */
  uid: z.string().min(1).max(64).optional(),
});
export type Target = z.infer<typeof targetSchema>;

export const patchOperationSchema = z.discriminatedUnion("op", [
  z.strictObject({ op: z.literal("add"), path: z.string().startsWith("/"), value: jsonSchema }),
  z.strictObject({ op: z.literal("replace"), path: z.string().startsWith("/"), value: jsonSchema }),
  z.strictObject({ op: z.literal("remove"), path: z.string().startsWith("/") }),
]);

/** `*`: each of them, init containers among them. */
const container = z.union([z.literal("*"), z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/)]);
/** Source: IsEnvVarName of k8s.io/apimachinery. */
const variable = z
  .string()
  .regex(/^(?!\.\.)(?!\.$)[-._a-zA-Z][-._a-zA-Z0-9]*$/)
  .max(253);
const quantity = z
  .string()
  .regex(/^\+?(\d+\.?\d*|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/)
  .max(32);
const resource = z
  .string()
  .regex(/^[a-z0-9]([-a-zA-Z0-9_./]*[a-zA-Z0-9])?$/)
  .max(317);
const quantities = z.record(resource, quantity);

const objectSchema = z.custom<JsonObject>((value) => isJsonObject(value as JsonObject));
const replicas = z.int().min(0).max(1000);

export const actionSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("scale"), target: targetSchema, replicas }),
  /** JSON Patch. */
  z.strictObject({ type: z.literal("patch"), target: targetSchema, operations: z.array(patchOperationSchema).min(1).max(20) }),
  /** JSON Merge Patch (RFC 7386), or Kubernetes' strategic merge patch: list entries by merge key, `$patch` directives. */
  z.strictObject({
    type: z.literal("merge"),
    target: targetSchema,
    strategy: z.enum(["merge", "strategic"]),
    patch: objectSchema,
  }),
  /** JSON Patch whose values are those of the last known good version of the object. */
  z.strictObject({ type: z.literal("revert"), target: targetSchema, operations: z.array(patchOperationSchema).min(1).max(50) }),
  /** A manifest against the object as it is, as `kubectl apply` does it: three ways, with what was last applied. */
  z.strictObject({ type: z.literal("apply"), target: targetSchema, manifest: objectSchema }),
  /** Of the containers of a workload's pod template. */
  z
    .strictObject({ type: z.literal("set-image"), target: targetSchema, images: z.record(container, z.string().min(1).max(1024)) })
    .refine(({ images }) => (Object.hasOwn(images, "*") ? Object.keys(images).length === 1 : Object.keys(images).length > 0)),
  /** A variable that is set loses where its value came from. */
  z
    .strictObject({
      type: z.literal("set-env"),
      target: targetSchema,
      container,
      set: z.record(variable, z.string().max(32_768)),
      unset: z.array(variable),
    })
    .refine(({ set, unset }) => Object.keys(set).length + unset.length > 0 && !unset.some((key) => Object.hasOwn(set, key))),
  z
    .strictObject({ type: z.literal("set-resources"), target: targetSchema, container, limits: quantities, requests: quantities })
    .refine(({ limits, requests }) => Object.keys(limits).length + Object.keys(requests).length > 0),
  /** Puts back an earlier pod template from the workload's own history; 0 means the newest one that differs. */
  z.strictObject({ type: z.literal("rollback"), target: targetSchema, toRevision: z.int().min(0) }),
  z.strictObject({ type: z.literal("restart"), target: targetSchema }),
  /** Of a pod that a controller makes anew; honours PodDisruptionBudgets. */
  z.strictObject({ type: z.literal("evict"), target: targetSchema }),
  z.strictObject({ type: z.literal("cordon"), target: targetSchema }),
  z.strictObject({ type: z.literal("uncordon"), target: targetSchema }),
  /** Takes a taint off a node; without an effect, every taint of the key. */
  z.strictObject({
    type: z.literal("untaint"),
    target: targetSchema,
    key: z
      .string()
      .regex(/^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/)
      .max(317),
    effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]).optional(),
  }),
  z.strictObject({ type: z.literal("create"), target: targetSchema, manifest: objectSchema }),
  z.strictObject({ type: z.literal("delete"), target: targetSchema }),
  z.strictObject({
    type: z.literal("hpa-limits"),
    target: targetSchema,
    minReplicas: replicas.min(1).optional(),
    maxReplicas: replicas.min(1).optional(),
  }),
  /** Of a CronJob. */
  z.strictObject({ type: z.literal("suspend"), target: targetSchema, suspend: z.boolean() }),
]);
export type Action = z.infer<typeof actionSchema>;
export type ActionOf<T extends Action["type"]> = Extract<Action, { type: T }>;

/** A few actions that belong together, with the reason a person reads. */
export const planSchema = z.strictObject({
  intent: z.string().min(1).max(500),
  actions: z.array(actionSchema).min(1).max(20),
  /** The cause, or the planner, that proposed it. */
  source: z.string(),
  /** Where the cause sees what is wrong, and would see it gone. Absent: a guess, which only severity can judge. */
  seenAt: z.strictObject({ kind: z.string(), namespace: z.string().optional(), name: z.string() }).optional(),
});
export type Plan = z.infer<typeof planSchema>;
