/**
 * The port to whoever is asked when the built-in causes know nothing likely any more. It reads and proposes; it has no way
 * to write, and no say in what is allowed. That it has no answer is normal, a success and holds nothing up; a failure means
 * that it is to be asked again later.
 */
import type { Plan } from "../action/action.ts";
import type { Result } from "../failure.ts";
import type { Incident, StoredHypothesis } from "../transaction/incident.ts";
import type { Site } from "./site.ts";

export interface Advised {
  /** Most promising first. */
  readonly plans: readonly Plan[];
  /** For people: what was proposed and dropped, or why there is no answer. */
  readonly notes: readonly string[];
}

export interface Advisor {
  /** What may be the cause, most likely first; only of objects that are there. */
  hypotheses(site: Site, incident: Incident, known: readonly StoredHypothesis[]): Promise<Result<readonly StoredHypothesis[]>>;
  /** The same answer for the same attempt of an incident, however often it is asked, and by whichever process. */
  plans(site: Site, incident: Incident, hypotheses: readonly StoredHypothesis[]): Promise<Result<Advised>>;
}

/** Keeps the incident ours for so long, or says that it is not. */
export type Hold = (durationMs: number) => Promise<boolean>;

/** The advisor of one step. */
export type AdvisorOf = (hold: Hold) => Advisor;
