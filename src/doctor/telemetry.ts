/** Whether those who watch a cluster answer, and whether what is promised there can be read. Only asks. */
import { describeFailure } from "../failure.ts";
import { readObjectives } from "../telemetry/objective.ts";
import type { AlertSource } from "../telemetry/telemetry.ts";
import type { ClusterPatient } from "./doctor.ts";
import type { Finding } from "./finding.ts";
import { untested, well, wrong } from "./finding.ts";

export async function examineTelemetry({ config, prometheus, alertmanager }: ClusterPatient): Promise<readonly Finding[]> {
  const about = `cluster ${config.name}`;
  if (prometheus === undefined && alertmanager === undefined)
    return [
      untested(about, "neither Prometheus nor Alertmanager is configured: an alert is taken at its word, and nothing new is noticed"),
    ];
  const findings = await Promise.all([
    prometheus === undefined
      ? untested(about, "no Prometheus is configured: pending alerts and objectives are not measured")
      : examineSource(about, prometheus),
    alertmanager === undefined
      ? untested(about, "no Alertmanager is configured: silences are not known")
      : examineSource(about, alertmanager),
    examineObjectives(about, { config, prometheus }),
  ]);
  return findings.flatMap((finding) => finding ?? []);
}

async function examineSource(about: string, source: AlertSource): Promise<Finding> {
  const read = await source.alerts();
  if (read.ok)
    return well(about, `${source.name} answers: ${read.value.length === 0 ? "no alert is" : counted(read.value.length, "alert")} active`);
  const { failure } = read;
  const todo =
    failure.kind === "unavailable"
      ? `check its address, and that it can be reached from here`
      : `check its address (the part before /api) and its token`;
  return wrong(about, describeFailure(failure), `${todo}: until it answers, severity is unknown and nothing is committed`);
}

async function examineObjectives(
  about: string,
  { config, prometheus }: Pick<ClusterPatient, "config" | "prometheus">,
): Promise<Finding | undefined> {
  if (prometheus === undefined || config.objectives.length === 0) return undefined;
  const read = await readObjectives(prometheus, config.objectives);
  if (!read.known) return wrong(about, read.reason, "correct the query in the objectives of this cluster");
  const named = (state: "vanished" | "violated"): readonly string[] =>
    read.value.filter((objective) => objective.state === state).map(({ name }) => name);
  const vanished = named("vanished");
  if (vanished.length > 0)
    return wrong(
      about,
      `no data for ${counted(vanished.length, "objective")}: ${vanished.join(", ")}`,
      "correct the query: an objective without data counts as violated",
    );
  const violated = named("violated");
  return well(
    about,
    `${counted(read.value.length, "objective")} can be read${violated.length === 0 ? "" : `, violated now: ${violated.join(", ")}`}`,
  );
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
