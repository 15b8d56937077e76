/** PURE. What the parser of a verb is given. */
import type { CustomKinds } from "../kubernetes/kind.ts";

export interface Surroundings {
  /** For a line that names no namespace. */
  readonly namespace?: string | undefined;
  /** Custom resources that the policy names. */
  readonly customKinds: CustomKinds;
}

export interface Command {
  /** Behind the verb; the namespace may have stood before it. */
  readonly words: readonly string[];
  /** What `-f -` reads. */
  readonly manifest: string | undefined;
  readonly surroundings: Surroundings;
}
