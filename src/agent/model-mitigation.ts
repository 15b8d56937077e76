/**
 * alphaM with a model: it is told what is known and what was tried, and proposes plans as lines of kubectl. A closed grammar
 * parses them into typed actions; what it does not understand is dropped and said so. Nothing is checked less than the plan
 * of a built-in remedy.
 */
import * as z from "zod";
import type { Action, Plan } from "../action/action.ts";
import { describeFailure, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import { parseKubectl } from "../kubectl/kubectl.ts";
import { cut } from "../model/fence.ts";
import { mitigationPrompt } from "../model/prompts/mitigation.ts";
import { holdsMarker } from "../redaction/redaction.ts";
import type { Redactor } from "../redaction/redaction.ts";
import type { Incident, StoredHypothesis } from "../transaction/incident.ts";
import type { Advised } from "./advisor.ts";
import { inOneLine } from "./model-diagnosis.ts";
import type { Seat } from "./model-diagnosis.ts";
import { block, memory, situation, suspects } from "./situation.ts";
import type { Site } from "./site.ts";

const plansMax = 5;
const commandsMax = 10;
/** A model that thinks before it answers is paid for its thoughts, too. */
const outputTokensMax = 8_000;

const answerSchema = z.strictObject({
  plans: z
    .array(z.strictObject({ intent: z.string().min(1).max(400), commands: z.array(z.string().min(1).max(16_384)).min(1).max(commandsMax) }))
    .max(plansMax),
});

export async function planByModel(
  site: Site,
  incident: Incident,
  hypotheses: readonly StoredHypothesis[],
  { asker, model, hold, redactor }: Seat,
): Promise<Result<Advised>> {
  const parts = [
    await situation(site, incident, redactor, hypotheses),
    await suspects(site, incident, redactor, hypotheses),
    await memory(redactor, incident.attempts),
    await mayBeWritten(site, redactor),
  ];
  const answered = await asker.ask({
    incidentId: incident.id,
    model,
    messages: [
      { role: "system", content: mitigationPrompt },
      { role: "user", content: parts.join("\n\n") },
    ],
    name: "mitigation",
    schema: answerSchema,
    outputTokensMax,
    hold,
  });
  if (!answered.ok) return answered;
  const plans: Plan[] = [];
  const notes: string[] = [];
  for (const { intent, commands } of answered.value.plans) {
    const parsed = actionsOf(site, incident, commands);
    if (parsed.ok) plans.push({ intent: inOneLine(intent), actions: [...parsed.value], source: "the model" });
    else
      notes.push(
        `A proposal of the model was dropped: ${inOneLine(intent).slice(0, 200).replace(/\.$/, "")} (${describeFailure(parsed.failure)}).`,
      );
  }
  return success({ plans, notes });
}

/** All of a plan or nothing: half of it may do the opposite. */
function actionsOf(site: Site, incident: Incident, commands: readonly string[]): Result<readonly Action[]> {
  const actions: Action[] = [];
  const namespace = incident.namespaces.length === 1 ? incident.namespaces[0] : undefined;
  for (const command of commands) {
    const parsed = parseKubectl(command.trim(), { namespace, customKinds: site.policy.customKinds });
    if (!parsed.ok) return parsed;
    if (holdsMarker(JSON.stringify(parsed.value)))
      return { ok: false, failure: { kind: "refused", reason: "it would write a marker where a secret was" } };
    actions.push(parsed.value);
  }
  return success(actions);
}

function mayBeWritten({ policy }: Site, redactor: Redactor): Promise<string> {
  const lines = Object.entries(policy.writable).flatMap(([kind, writable]) => {
    const whole = [writable.create && "create", writable.delete && "delete"].flatMap((word) => word || []);
    return `${kind}: ${[...whole, ...writable.paths].join(" ")}`;
  });
  return block(redactor, "what the policy lets be written, besides scale, rollout, restart and eviction", cut(lines.join("\n"), 6_000));
}
