/**
 * What would be refused anyway is not begun: whoever keeps an object, or scales it, is known before a checkpoint is taken, and is told
 * where Stratus may only observe. A reading of a moment; the engine asks again before each write, and more. Only reads: each
 * object once, and a list of each kind that an action is compiled with.
 */
import type { Plan } from "../action/action.ts";
import { compileAction, needsOf } from "../action/catalogue.ts";
import { describeFailure } from "../failure.ts";
import { whyNotWritten } from "../action/why-not-written.ts";
import { nameOf } from "../kubernetes/object.ts";
import type { Site } from "./site.ts";

type Action = Plan["actions"][number];

/** The reason why one of the plan's actions would be refused; undefined when none is seen, also where nothing can be read now. */
export async function whyRefused(site: Site, { actions }: Plan): Promise<string | undefined> {
  const seen = new Set<string>();
  for (const action of actions) {
    // Of several actions on one object the later ones meet it as the earlier ones leave it.
    const isFirst = !seen.has(nameOf(action.target));
    seen.add(nameOf(action.target));
    const reason = isFirst && action.type !== "create" ? await whyNotNow(site, action) : undefined;
    if (reason !== undefined) return reason;
  }
  return undefined;
}

async function whyNotNow({ cluster, policy, clock }: Site, action: Action): Promise<string | undefined> {
  const [found, ...lists] = await Promise.all([
    cluster.get(action.target),
    ...needsOf(action).map((kind) => cluster.list(kind, action.target.namespace)),
  ]);
  if (!found.ok || found.value === undefined || lists.some((list) => !list.ok)) return undefined;
  const related = lists.flatMap((list) => (list.ok ? list.value : []));
  const compiled = compileAction(action, { object: found.value, related, nowMs: clock.nowMs() });
  return compiled.ok ? whyNotWritten(policy, action, found.value, compiled.value) : describeFailure(compiled.failure);
}
