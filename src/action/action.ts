/**
 * PURE. What may be done to a cluster, as data. An action is an intent; the engine compiles it to a write, after
 * policy and a server-side dry-run. Nothing outside this union can ever be written.
 */
import * as z from "zod";
import { jsonSchema } from "../kubernetes/json.ts";

const name = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/)
  .max(253);

/** Only the kinds that some action may name. */
export const targetSchema = z.strictObject({
  kind: z.enum(["Deployment", "StatefulSet", "DaemonSet", "Service", "ConfigMap"]),
  namespace: name,
  name,
});
export type Target = z.infer<typeof targetSchema>;

export const patchOperationSchema = z.discriminatedUnion("op", [
  z.strictObject({ op: z.literal("add"), path: z.string().startsWith("/"), value: jsonSchema }),
  z.strictObject({ op: z.literal("replace"), path: z.string().startsWith("/"), value: jsonSchema }),
  z.strictObject({ op: z.literal("remove"), path: z.string().startsWith("/") }),
]);

export const actionSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("scale"), target: targetSchema, replicas: z.int().min(0).max(1000) }),
  z.strictObject({ type: z.literal("patch"), target: targetSchema, operations: z.array(patchOperationSchema).min(1).max(20) }),
  /** Puts back an earlier pod template from the workload's own history; 0 means the newest one that differs. */
  z.strictObject({ type: z.literal("rollback"), target: targetSchema, toRevision: z.int().min(0) }),
  z.strictObject({ type: z.literal("restart"), target: targetSchema }),
]);
export type Action = z.infer<typeof actionSchema>;
export type ActionOf<T extends Action["type"]> = Extract<Action, { type: T }>;

/** A few actions that belong together, with the reason a person reads. */
export const planSchema = z.strictObject({
  intent: z.string().min(1).max(500),
  actions: z.array(actionSchema).min(1).max(20),
  /** The cause, or the planner, that proposed it. */
  source: z.string(),
});
export type Plan = z.infer<typeof planSchema>;
