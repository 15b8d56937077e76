/**
 * alphaG with a model: it looks around through read-only tools, a bounded number of times, and names what may be at fault.
 * Of what it names only objects that are there count. It is asked for a form and not for calls of functions, which fewer
 * servers can answer.
 */
import * as z from "zod";
import { success } from "../failure.ts";
import type { Result } from "../failure.ts";
import { routeOf } from "../kubernetes/kind.ts";
import type { Asker } from "../model/ask.ts";
import type { Message } from "../model/model.ts";
import { diagnosisPrompt, lastLook } from "../model/prompts/diagnosis.ts";
import type { Redactor } from "../redaction/redaction.ts";
import type { Incident, StoredHypothesis } from "../transaction/incident.ts";
import { lookSchema } from "./look.ts";
import { seen, situation } from "./situation.ts";
import type { Site } from "./site.ts";

const turnsMax = 6;
const looksInATurn = 4;
/** A function may be stopped after two minutes: no look begins later than this, and one more answer and its repair fit in. */
const lookingMsMax = 40_000;
const resultMax = 6_000;
/** Of all messages together; the oldest that was seen goes first. */
const contextMax = 60_000;
/** A model that thinks before it answers is paid for its thoughts, too. */
const outputTokensMax = 8_000;
/** Below what is likely: a built-in cause that is sure of itself comes first. */
const confidenceMax = 0.65;

const line = z.string().min(1).max(400);
const answerSchema = z.strictObject({
  look: z.array(lookSchema).max(looksInATurn),
  hypotheses: z
    .array(
      z.strictObject({
        cause: z.string().min(1).max(100),
        component: z.strictObject({ kind: z.string().max(63), namespace: z.string().max(253).nullable(), name: z.string().max(253) }),
        confidence: z.number().min(0).max(1),
        evidence: z.array(line).max(5),
      }),
    )
    .max(5),
});
type Answer = z.infer<typeof answerSchema>;

export interface Seat {
  readonly asker: Asker;
  readonly model: string;
  readonly hold: () => Promise<boolean>;
  readonly redactor: Redactor;
}

/** `refused` and the like: what the model, or its budget, did not give. */
export async function diagnoseByModel(
  site: Site,
  incident: Incident,
  known: readonly StoredHypothesis[],
  { asker, model, hold, redactor }: Seat,
): Promise<Result<readonly StoredHypothesis[]>> {
  const messages: Message[] = [
    { role: "system", content: diagnosisPrompt },
    { role: "user", content: await situation(site, incident, redactor, known) },
  ];
  const looked = new Set<string>();
  const startedMs = site.clock.monotonicMs();
  let isLast = false;
  for (let turn = 1; ; turn += 1) {
    const asked = {
      incidentId: incident.id,
      model,
      messages: withinContext(messages),
      name: "diagnosis",
      schema: answerSchema,
      outputTokensMax,
      hold,
    };
    const answered = await asker.ask(asked);
    if (!answered.ok) return answered;
    const { look, hypotheses } = answered.value;
    const fresh = look.filter((each) => !looked.has(JSON.stringify(each)));
    // One that only repeats itself has nothing more to find out.
    if (look.length === 0 || isLast || (fresh.length === 0 && hypotheses.length > 0))
      return success(await existing(site, incident, hypotheses));
    const results: string[] = [];
    for (const each of look) {
      const key = JSON.stringify(each);
      if (looked.has(key)) results.push("This was looked at before.");
      else results.push(await seen(site, incident, redactor, each, resultMax));
      looked.add(key);
    }
    isLast = turn + 1 >= turnsMax || fresh.length === 0 || site.clock.monotonicMs() - startedMs >= lookingMsMax;
    if (isLast) results.push(lastLook);
    // Its own words go back to it redacted: they are of data, too.
    messages.push(
      { role: "assistant", content: await redactor.text(JSON.stringify(answered.value)) },
      { role: "user", content: results.join("\n\n") },
    );
  }
}

/** The prompt and the situation stay; of what was seen the newest does. */
function withinContext(messages: readonly Message[]): readonly Message[] {
  let left = contextMax;
  const kept = messages.toReversed().map((message, index) => {
    const isFirst = messages.length - 1 - index < 2;
    left -= message.content.length;
    return isFirst || left > 0 || message.role === "assistant"
      ? message
      : { ...message, content: "(Left out: it was too long ago. Look again if you need it.)" };
  });
  return kept.toReversed();
}

async function existing(site: Site, incident: Incident, hypotheses: Answer["hypotheses"]): Promise<readonly StoredHypothesis[]> {
  const found: StoredHypothesis[] = [];
  for (const { cause, component, confidence, evidence } of hypotheses) {
    const { kind, name } = component;
    const route = routeOf(kind, site.policy.customKinds);
    const namespace = component.namespace ?? undefined;
    if (route === undefined || route.namespaced !== (namespace !== undefined)) continue;
    if (namespace !== undefined && !incident.namespaces.includes(namespace)) continue;
    const ref = { kind, name, ...(namespace === undefined ? {} : { namespace }) };
    const there = await site.cluster.get(ref);
    if (!there.ok || there.value === undefined) continue;
    found.push({
      cause: `the model: ${inOneLine(cause)}`,
      component: ref,
      confidence: Math.min(confidence, confidenceMax),
      evidence: evidence.map(inOneLine),
      remedies: [],
    });
  }
  return found.toSorted((left, right) => right.confidence - left.confidence);
}

export function inOneLine(text: string): string {
  return text
    .replace(/[\s\u0085]+/g, " ")
    .trim()
    .toWellFormed();
}
