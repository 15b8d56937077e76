/**
 * The advisor that asks a language model. What it proposed for an attempt is kept in the ledger, so that a process that dies
 * before the plan is stored, or one that has to wait for its scope, does not ask again and get another answer.
 */
import * as z from "zod";
import { planSchema } from "../action/action.ts";
import { describeFailure, malformed, success, unavailable } from "../failure.ts";
import type { Result } from "../failure.ts";
import type { LedgerPort } from "../ledger/ledger.ts";
import type { Log } from "../log.ts";
import type { Asker } from "../model/ask.ts";
import type { Redactor } from "../redaction/redaction.ts";
import { hypothesisSchema } from "../transaction/incident.ts";
import type { Incident } from "../transaction/incident.ts";
import type { Advisor, AdvisorOf, Hold } from "./advisor.ts";
import { diagnoseByModel } from "./model-diagnosis.ts";
import type { Seat } from "./model-diagnosis.ts";
import { planByModel } from "./model-mitigation.ts";

export interface ModelAdvisorOptions {
  readonly asker: Asker;
  /** Undefined: that agent has no model. */
  readonly names: { readonly diagnosis: string | undefined; readonly mitigation: string | undefined };
  /** For one call. */
  readonly timeoutMs: number;
  readonly ledger: LedgerPort;
  readonly redactorFor: (incidentId: string) => Redactor;
  readonly log: Log;
}

const keptMs = 40 * 24 * 60 * 60 * 1000;
/** What the ledger may take, beyond a call. */
const marginMs = 2_000;
const hypothesesSchema = z.object({ schema: z.literal(1), hypotheses: z.array(hypothesisSchema) });
const plansSchema = z.object({ schema: z.literal(1), plans: z.array(planSchema), notes: z.array(z.string()) });

/** Half of what a process works on at once: an incident in flight never waits for others that talk to a model. */
const seatsMax = 4;

export function modelAdvisor(options: ModelAdvisorOptions): AdvisorOf {
  const { asker, names, timeoutMs, ledger, redactorFor, log } = options;
  let taken = 0;

  async function seated<T>(hold: Hold, incident: Incident, model: string, work: (seat: Seat) => Promise<T>): Promise<T | undefined> {
    if (taken >= seatsMax) return undefined;
    taken += 1;
    try {
      return await work({ asker, model, hold: () => hold(timeoutMs + marginMs), redactor: redactorFor(incident.id) });
    } finally {
      taken -= 1;
    }
  }

  return (hold): Advisor => ({
    async hypotheses(site, incident, known) {
      const { diagnosis } = names;
      if (diagnosis === undefined) return success([]);
      const answered = await seated(hold, incident, diagnosis, (seat) =>
        once(ledger, incident, "hypotheses", hypothesesSchema, site.clock.nowMs(), async () => {
          const found = await diagnoseByModel(site, incident, known, seat);
          return found.ok ? success({ schema: 1 as const, hypotheses: [...found.value] }) : found;
        }),
      );
      if (answered === undefined) return busy;
      if (answered.ok) return success(answered.value.hypotheses);
      log.warn("the model gave no diagnosis", { incident: incident.id, reason: describeFailure(answered.failure) });
      return success([]);
    },

    async plans(site, incident, hypotheses) {
      const { mitigation } = names;
      if (mitigation === undefined) return success({ plans: [], notes: [] });
      const answered = await seated(hold, incident, mitigation, (seat) =>
        once(ledger, incident, "plans", plansSchema, site.clock.nowMs(), async () => {
          const found = await planByModel(site, incident, hypotheses, seat);
          return found.ok ? success({ schema: 1 as const, plans: [...found.value.plans], notes: [...found.value.notes] }) : found;
        }),
      );
      if (answered === undefined) return busy;
      if (answered.ok) return success({ plans: answered.value.plans, notes: answered.value.notes });
      const reason = describeFailure(answered.failure);
      log.warn("the model proposed nothing", { incident: incident.id, reason });
      return success({ plans: [], notes: [`Nothing of the model: ${reason}.`] });
    },
  });
}

const busy = unavailable("the model is busy with other incidents");

/** The answer that is kept for the attempt that comes next; otherwise a new one, which is kept before it is used. */
async function once<T>(
  ledger: LedgerPort,
  incident: Incident,
  what: string,
  schema: z.ZodType<T>,
  nowMs: number,
  ask: () => Promise<Result<T>>,
): Promise<Result<T>> {
  const key = { partition: `incident#${incident.id}`, sort: `model#${what}#${incident.attempts.length}` };
  const kept = await ledger.get(key);
  if (!kept.ok) return kept;
  if (kept.value !== undefined) return decode(schema, kept.value.body);
  const asked = await ask();
  if (!asked.ok) return asked;
  const put = await ledger.put({ ...key, version: 1, body: JSON.stringify(asked.value), expiresAtMs: nowMs + keptMs });
  if (put.ok) return asked;
  // Somebody else was faster: what is kept counts.
  const theirs = put.failure.kind === "conflict" ? await ledger.get(key) : put;
  if (!theirs.ok) return theirs;
  return theirs.value === undefined ? put : decode(schema, theirs.value.body);
}

function decode<T>(schema: z.ZodType<T>, body: string): Result<T> {
  try {
    const parsed = schema.safeParse(JSON.parse(body));
    if (parsed.success) return success(parsed.data);
  } catch {
    // Told below.
  }
  return malformed("what the model answered before", "it cannot be read");
}
