/** PURE. What a fault is: how the app is made for it, how it is broken, what must be found, and the oracle no shortcut passes. */
import type { Plan } from "../../src/action/action.ts";
import type { JsonObject } from "../../src/kubernetes/json.ts";
import type { Shop } from "./shop.ts";

export interface Component {
  readonly kind: string;
  readonly name: string;
}

export interface Fault {
  readonly id: string;
  /** Any of these must arrive by itself. */
  readonly alerts: readonly string[];
  /** Where it is; of two faults at once, both. */
  readonly components: readonly Component[];
  /** Names of causes that are right; and what a diagnosis by difference (`changed-…`) must say of the field. */
  readonly causes: readonly string[];
  readonly field: RegExp;
  /** How the app is to be, before any of it is made: it leaves no history. */
  setting?(objects: JsonObject[], shop: { readonly namespace: string; readonly machineAddress: string }): JsonObject[];
  /** Once the app is well, before what is healthy is written down. */
  prepare?(shop: Shop): Promise<void>;
  inject(shop: Shop): Promise<void>;
  /** Whatever the injection set up outside the shop. */
  leave?(shop: Shop): Promise<void>;
  /** Its own oracle: true, or what is still wrong with the field. The common one is in oracle.ts. */
  repaired(shop: Shop): Promise<true | string>;
  /** Paths, as residue.ts writes them, that a right repair leaves different, and why that is right. */
  readonly stays?: { readonly paths: RegExp; readonly because: string };
  /** Nothing in the cluster knows how it was: it can be put back only where it was recorded. */
  readonly needsRecord?: true;
  /** What the planner is given before its own plans. */
  plans?(namespace: string): readonly Plan[];
  /** It touches what all shops share. */
  readonly alone?: true;
  /** Nothing may be changed; the outcome says why, in such words. */
  readonly nothing?: RegExp;
}
