/**
 * Where severity is 0 from the start and nobody tells of alerts, no measurement can tell a change that mended something from one
 * that did nothing. Then the fault that was seen must be seen to be gone: the causes look once more. Only reads.
 */
import type { Plan } from "../action/action.ts";
import { describeFailure } from "../failure.ts";
import { nameOf } from "../kubernetes/object.ts";
import type { OracleJudgement } from "../severity/severity.ts";
import type { Incident } from "../transaction/incident.ts";
import { hypothesesOf } from "./diagnosis.ts";
import type { Site } from "./site.ts";

/** Costs a whole diagnosis, so it waits until nothing else (`others`) speaks against the change. */
export async function judgeFinding(
  site: Site,
  incident: Incident,
  { source, seenAt }: Plan,
  others: readonly OracleJudgement[],
): Promise<OracleJudgement> {
  const said = (state: OracleJudgement["state"], reason: string): OracleJudgement => ({ oracle: "finding", state, reason });
  if (seenAt === undefined) return said("fails", "nothing was seen that could be seen to be gone");
  const finding = `${source} at ${nameOf(seenAt)}`;
  if (others.some(({ state }) => state === "fails")) return said("fails", `${finding} is not looked for while something else is wrong`);
  const now = await hypothesesOf(site, incident);
  if (!now.ok) return said("fails", `whether ${finding} is gone could not be read (${describeFailure(now.failure)})`);
  const isThere = now.value.some(({ cause, component }) => cause === source && nameOf(component) === nameOf(seenAt));
  return isThere ? said("fails", `${finding} is still to be seen`) : said("passes", `${finding} is not to be seen any more`);
}
