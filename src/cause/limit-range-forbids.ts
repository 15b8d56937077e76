/**
 * PURE. A LimitRange turns away pods whose containers ask for more, or less, than it allows: `maximum memory usage per
 * Container is 64Mi, but limit is 128Mi` (kubernetes plugin/pkg/admission/limitranger). What the template asked for before
 * comes first; else the bound itself, which is the nearest that may run at all.
 */
import type { ActionOf } from "../action/action.ts";
import { pointer } from "../kubernetes/json.ts";
import type { Workload } from "../kubernetes/object.ts";
import { nameOf, refOf } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis } from "./cause.ts";
import { changesBetween } from "./difference.ts";
import { failedCreates } from "./failed-create.ts";
import { historyOf } from "./history.ts";
import { targetOf } from "./owner.ts";
import { amountOf, sameAmount } from "./quantity.ts";
import { putBack } from "./remedy.ts";
import { listed, quoted } from "./wording.ts";

interface Bound {
  readonly side: "maximum" | "minimum";
  readonly resource: "cpu" | "memory";
  readonly bound: string;
  readonly of: "limit" | "request";
  readonly is: string;
}

export const limitRangeForbids: Cause = {
  name: "limit-range-forbids",
  diagnose: (evidence) =>
    failedCreates(evidence).flatMap(({ workload, message }) => {
      const bounds = boundsIn(message);
      return bounds.length === 0 ? [] : [hypothesis(workload, bounds, evidence)];
    }),
};

function boundsIn(message: string): readonly Bound[] {
  const found = message.matchAll(
    /(maximum|minimum) (cpu|memory) usage per Container is ([\w.]{1,20}), but (limit|request) is ([\w.]{1,20})/g,
  );
  return [...found].map(([, side, resource, bound, of, is]) => ({ side, resource, bound, of, is }) as Bound);
}

function hypothesis(workload: Workload, bounds: readonly Bound[], evidence: Evidence): Hypothesis {
  const name = nameOf(refOf(workload));
  const revisions = historyOf(workload, evidence).earlier.filter(({ template }) =>
    changesBetween(template, workload.spec.template).some(({ path }) => /\/resources(?:\/|$)/.test(path)),
  );
  const operations = workload.spec.template.spec.containers.flatMap((container, index) =>
    bounds.flatMap((bound) => withinBound(container.resources ?? {}, index, bound)),
  );
  const said = bounds.map(
    ({ side, resource, bound, of, is }) => `${side} ${resource} ${quoted(bound, 20)}, and the ${of} is ${quoted(is, 20)}`,
  );
  return {
    cause: limitRangeForbids.name,
    component: refOf(workload),
    confidence: revisions.length > 0 ? 0.92 : 0.75,
    evidence: [`No pod of ${name} can be made: a LimitRange of the namespace allows a ${listed(said)}.`],
    remedies: [
      ...putBack(workload, revisions, evidence, ({ path }) => /\/resources(?:\/|$)/.test(path)),
      ...(operations.length === 0 || workload.spec.paused === true
        ? []
        : [
            {
              intent: `Let the containers of ${name} ask for what the LimitRange allows: ${listed(bounds.map(({ resource, bound }) => `${resource} ${bound}`))}.`,
              actions: [{ type: "patch" as const, target: targetOf(workload, evidence), operations }],
            },
          ]),
    ],
  };
}

/** Only the value that was turned away. A request may not be above its limit. */
function withinBound(
  {
    limits = {},
    requests = {},
  }: { readonly limits?: Readonly<Record<string, string>>; readonly requests?: Readonly<Record<string, string>> },
  index: number,
  { resource, bound, of, is }: Bound,
): ActionOf<"patch">["operations"] {
  const at = (map: string): string => `/spec/template/spec${pointer("containers", index, "resources", map, resource)}`;
  const value = of === "limit" ? limits[resource] : requests[resource];
  if (!sameAmount(value, is)) return [];
  const request = amountOf(requests[resource]) ?? 0;
  const limit = amountOf(limits[resource]) ?? Infinity;
  const wanted = amountOf(bound) ?? 0;
  return [
    { op: "replace", path: at(of === "limit" ? "limits" : "requests"), value: bound },
    ...(of === "limit" && request > wanted ? [{ op: "replace" as const, path: at("requests"), value: bound }] : []),
    ...(of === "request" && limit < wanted ? [{ op: "replace" as const, path: at("limits"), value: bound }] : []),
  ];
}
