/**
 * The advisor that asks a language model. What it proposed for an attempt is kept in the ledger, so that a process that dies
 * before the plan is stored, or one that has to wait for its scope, does not ask again and get another answer.
 */
import * as z from "zod";
import { planSchema } from "../action/action.ts";
import { describeFailure, malformed, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import type { LedgerPort } from "../ledger/ledger.ts";
import type { Log } from "../log.ts";
import type { Asker } from "../model/ask.ts";
import type { Redactor } from "../redaction/redaction.ts";
import { hypothesisSchema } from "../transaction/incident.ts";
import type { Incident } from "../transaction/incident.ts";
import type { Advisor, AdvisorOf } from "./advisor.ts";
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

export function modelAdvisor({ asker, names, timeoutMs, ledger, redactorFor, log }: ModelAdvisorOptions): AdvisorOf {
  return (hold): Advisor => {
    const seat = (incident: Incident, model: string): Seat => ({
      asker,
      model,
      hold: () => hold(timeoutMs + marginMs),
      redactor: redactorFor(incident.id),
    });
    return {
      async hypotheses(site, incident, known) {
        const { diagnosis } = names;
        if (diagnosis === undefined) return [];
        const answered = await once(ledger, incident, "hypotheses", hypothesesSchema, site.clock.nowMs(), async () => {
          const found = await diagnoseByModel(site, incident, known, seat(incident, diagnosis));
          return found.ok ? success({ schema: 1 as const, hypotheses: [...found.value] }) : found;
        });
        if (answered.ok) return answered.value.hypotheses;
        log.warn("the model gave no diagnosis", { incident: incident.id, reason: describeFailure(answered.failure) });
        return [];
      },

      async plans(site, incident, hypotheses) {
        const { mitigation } = names;
        if (mitigation === undefined) return { plans: [], notes: [] };
        const answered = await once(ledger, incident, "plans", plansSchema, site.clock.nowMs(), async () => {
          const found = await planByModel(site, incident, hypotheses, seat(incident, mitigation));
          return found.ok ? success({ schema: 1 as const, plans: [...found.value.plans], notes: [...found.value.notes] }) : found;
        });
        if (answered.ok) return answered.value;
        const reason = describeFailure(answered.failure);
        log.warn("the model proposed nothing", { incident: incident.id, reason });
        return { plans: [], notes: [`Nothing of the model: ${reason}.`] };
      },
    };
  };
}

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
