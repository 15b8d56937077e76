/** The situation of an incident as a model is told it: what is known, fenced as data, without secrets and within a bound. */
import { asKubectl } from "../action/catalogue.ts";
import { nameOf } from "../kubernetes/object.ts";
import { cut, fenced } from "../model/fence.ts";
import type { Redactor } from "../redaction/redaction.ts";
import type { Attempt, Incident, StoredHypothesis } from "../transaction/incident.ts";
import { muOfSample } from "../transaction/verdict.ts";
import { lookAt, unused } from "./look.ts";
import type { Look } from "./look.ts";
import type { Site } from "./site.ts";

const blockMax = 6_000;
const overviewMax = 4_000;
/** Objects at fault that are shown whole. */
const suspectsMax = 3;

export async function block(redactor: Redactor, title: string, text: string, charactersMax = blockMax): Promise<string> {
  return fenced(title, cut(await redactor.text(text), charactersMax));
}

/** What both agents begin with. 5 list requests a namespace. */
export async function situation(
  site: Site,
  incident: Incident,
  redactor: Redactor,
  hypotheses: readonly StoredHypothesis[],
): Promise<string> {
  const firing = incident.episodes.filter((episode) => episode.firing).slice(0, 20);
  const asked = firing.flatMap((episode) => episode.asked?.words ?? []);
  const alerts = await Promise.all(
    firing
      .filter((episode) => episode.asked === undefined)
      .map(async ({ name, labels }) => `${name} ${JSON.stringify(await redactor.json(labels))}`),
  );
  const blocks = [
    await block(redactor, "the alerts that fire", alerts.join("\n") || "none"),
    ...(asked.length === 0 ? [] : [await block(redactor, "what a person asked", asked.join("\n"))]),
    await block(redactor, "what the built-in causes think", hypotheses.map(describe).join("\n") || "They found nothing."),
  ];
  for (const namespace of incident.namespaces.slice(0, 3)) {
    for (const kind of ["Deployment", "StatefulSet", "Service"])
      blocks.push(await seen(site, incident, redactor, { ...unused, tool: "list", kind, namespace }, overviewMax));
    for (const tool of ["events", "changes"] as const)
      blocks.push(await seen(site, incident, redactor, { ...unused, tool, namespace }, overviewMax));
  }
  const subject = incident.subject === undefined ? "nothing in particular" : nameOf(incident.subject);
  return [`The incident is about ${await redactor.text(subject)}, in namespace ${incident.namespaces.join(", ")}.`, ...blocks].join("\n\n");
}

/** The objects that are suspected, as they are now. */
export async function suspects(
  site: Site,
  incident: Incident,
  redactor: Redactor,
  hypotheses: readonly StoredHypothesis[],
): Promise<string> {
  const refs = [...hypotheses.map(({ component }) => component), ...(incident.subject === undefined ? [] : [incident.subject])];
  const named = new Map(refs.map((ref) => [nameOf(ref), ref]));
  const shown = [...named.values()]
    .slice(0, suspectsMax)
    .map(({ kind, namespace, name }) =>
      seen(site, incident, redactor, { ...unused, tool: "get", kind, namespace: namespace ?? null, name }, blockMax),
    );
  return (await Promise.all(shown)).join("\n\n");
}

/** One look and what it showed. */
export async function seen(site: Site, incident: Incident, redactor: Redactor, look: Look, charactersMax: number): Promise<string> {
  const { tool, kind, namespace, name, container, previous, lines, query } = look;
  const which = [previous === true ? "previous" : null, lines === null ? null : `last ${lines}`];
  const title = [tool, kind, namespace, name, container, ...which, query].flatMap((part) => part ?? []).join(" ");
  // The title is the model's own words back: one line, and as free of secrets as the rest.
  const line = (await redactor.text(title.replace(/[\s\u0085]+/g, " "))).slice(0, 300);
  return fenced(line, cut(await lookAt(site, incident, redactor, look), charactersMax));
}

function describe({ cause, component, confidence, evidence }: StoredHypothesis): string {
  return `${cause} at ${nameOf(component)} (${Math.round(confidence * 100)} %): ${evidence.join(" ").slice(0, 600)}`;
}

/** What was tried, the severity of each sample, and how it ended: so that the next plan is another one. */
export async function memory(redactor: Redactor, attempts: readonly Attempt[]): Promise<string> {
  const lines = attempts.map(({ number, plan, samples, verdict, ending, reason }) => {
    const path = samples.map((sample) => muOfSample(sample) ?? "unknown").join(", ");
    const how = `${verdict ?? "no verdict"}, ${ending ?? "not ended"}${reason === undefined ? "" : ` (${reason})`}`;
    return `Attempt ${number}: ${plan.intent}\n${plan.actions.map(asKubectl).join("\n")}\nSeverity: ${path}. Ended: ${how}.`;
  });
  return block(redactor, "what was tried before", lines.join("\n\n") || "Nothing was tried yet.");
}
