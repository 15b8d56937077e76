/**
 * PURE. A request that no node could meet even if it were empty was never meant. The commonest slip is the unit: `500Gi` for `500Mi`,
 * `500` processors for `500m` (kubernetes.io, Resource Management). Where the same number one unit smaller fits, that was meant.
 */
import type { ActionOf } from "../action/action.ts";
import { pointer } from "../kubernetes/json.ts";
import type { Workload } from "../kubernetes/object.ts";
import { isReady, nameOf, refOf } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis } from "./cause.ts";
import { failingWorkloads, namedPods } from "./failing.ts";
import { historyOf } from "./history.ts";
import { unscheduled } from "./node-closed.ts";
import { targetOf } from "./owner.ts";
import { amountOf } from "./quantity.ts";
import { replaceBroken } from "./remedy.ts";
import { listed, quoted } from "./wording.ts";

type Resource = "cpu" | "memory";

interface Slip {
  readonly container: string;
  readonly resource: Resource;
  readonly is: string;
  readonly meant: string;
  readonly paths: readonly string[];
}

const smaller: Readonly<Record<string, string>> = { Ti: "Gi", Gi: "Mi", Mi: "Ki", T: "G", G: "M", M: "k" };
/** One container of many that share a node. */
const nodeShare = 0.5;

export const requestInWrongUnit: Cause = {
  name: "request-in-wrong-unit",
  diagnose: (evidence) =>
    failingWorkloads(evidence, unscheduled).flatMap(({ workload, sightings }) => {
      const said = sightings.map(({ symptom }) => symptom).join(" ");
      const slips = slipsIn(workload, said, evidence);
      return slips.length === 0 ? [] : [hypothesis(workload, slips, namedPods(sightings.map(({ pod }) => pod)), evidence)];
    }),
};

function slipsIn(workload: Workload, said: string, evidence: Evidence): readonly Slip[] {
  return (["cpu", "memory"] as const).flatMap((resource) => {
    const most = Math.max(0, ...evidence.nodes.filter(isReady).map(({ status }) => amountOf(status?.allocatable?.[resource]) ?? 0));
    if (most === 0 || !said.includes(`Insufficient ${resource}`)) return [];
    return workload.spec.template.spec.containers.flatMap(({ name, resources = {} }, index): Slip[] => {
      const is = resources.requests?.[resource];
      const meant = is === undefined ? undefined : oneUnitSmaller(is, resource);
      if (is === undefined || meant === undefined) return [];
      if (!((amountOf(is) ?? 0) > most) || !((amountOf(meant) ?? Infinity) <= most * nodeShare)) return [];
      // The limit that was written with it goes with it.
      const fields = ["requests", ...(resources.limits?.[resource] === is ? ["limits"] : [])];
      const paths = fields.map((field) => `/spec/template/spec${pointer("containers", index, "resources", field, resource)}`);
      return [{ container: name, resource, is, meant, paths }];
    });
  });
}

function oneUnitSmaller(quantity: string, resource: Resource): string | undefined {
  const [, number = "", unit = ""] = /^(\d{1,12}(?:\.\d{1,6})?)([A-Za-z]{0,2})$/.exec(quantity) ?? [];
  if (number === "") return undefined;
  if (resource === "cpu") return unit === "" ? `${number}m` : undefined;
  const less = smaller[unit];
  return less === undefined ? undefined : `${number}${less}`;
}

function hypothesis(workload: Workload, slips: readonly Slip[], pods: string, evidence: Evidence): Hypothesis {
  const name = nameOf(refOf(workload));
  const isNew = historyOf(workload, evidence).earlier.length === 0;
  const operations = slips.flatMap(({ paths, meant }) =>
    paths.map((path): ActionOf<"patch">["operations"][number] => ({ op: "replace", path, value: meant })),
  );
  return {
    cause: requestInWrongUnit.name,
    component: refOf(workload),
    confidence: isNew ? 0.78 : 0.6,
    evidence: [
      `${pods} of ${name} found no node.`,
      ...slips.map(
        ({ container, resource, is, meant }) =>
          `Container ${container} asks for ${quoted(is, 20)} of ${resource}, which no node has at all; ${quoted(meant, 20)} would fit.`,
      ),
    ],
    remedies: [
      {
        intent: `Let ${name} ask for ${listed(slips.map(({ resource, is, meant }) => `${resource} ${quoted(meant, 20)} in place of ${quoted(is, 20)}`))}.`,
        actions: [{ type: "patch", target: targetOf(workload, evidence), operations }, ...replaceBroken(workload, evidence)],
      },
    ],
  };
}
