/**
 * PURE. With dnsPolicy None a pod asks only the servers of its dnsConfig, with Default only its node's: neither knows the
 * Services of the cluster (kubernetes.io, Pod's DNS Policy). Such a pod starts and is ready; its requests by name fail. The
 * API's default is ClusterFirst, and it is put back where every other workload of the namespace has it.
 */
import type { ActionOf } from "../action/action.ts";
import type { Workload } from "../kubernetes/object.ts";
import { asJson, nameOf, refOf } from "../kubernetes/object.ts";
import { valueAt } from "../kubernetes/json.ts";
import type { Cause, Evidence, Hypothesis } from "./cause.ts";
import { historyOf } from "./history.ts";
import { targetOf, workloadsOf } from "./owner.ts";
import { distances } from "./relation.ts";
import { putBack, replaceBroken } from "./remedy.ts";
import { isTroubled } from "./troubled.ts";
import { listed, quoted } from "./wording.ts";

const blind = ["None", "Default"];

export const dnsSettings: Cause = {
  name: "dns-settings",
  diagnose(evidence) {
    const distanceOf = distances(evidence);
    return workloadsOf(evidence).flatMap((workload) => {
      const policy = workload.spec.template.spec.dnsPolicy ?? "ClusterFirst";
      // On the node's network the node's resolver is what one gets.
      if (!blind.includes(policy) || valueAt(asJson(workload), "/spec/template/spec/hostNetwork") === true) return [];
      const concerned = (evidence.subject !== undefined && distanceOf(refOf(workload)) !== undefined) || isTroubled(workload, evidence);
      return concerned ? [hypothesis(workload, policy, evidence)] : [];
    });
  },
};

function hypothesis(workload: Workload, policy: string, evidence: Evidence): Hypothesis {
  const name = nameOf(refOf(workload));
  const { dnsConfig, dnsPolicy } = workload.spec.template.spec;
  const revisions = historyOf(workload, evidence).earlier.filter(({ template }) => (template.spec.dnsPolicy ?? "ClusterFirst") !== policy);
  const others = workloadsOf(evidence).filter(({ metadata }) => metadata.uid !== workload.metadata.uid);
  const usual = others.length > 0 && others.every(({ spec }) => (spec.template.spec.dnsPolicy ?? "ClusterFirst") === "ClusterFirst");
  const operations: ActionOf<"patch">["operations"] = [
    { op: dnsPolicy === undefined ? "add" : "replace", path: "/spec/template/spec/dnsPolicy", value: "ClusterFirst" },
    ...(policy === "None" && dnsConfig !== undefined ? [{ op: "remove" as const, path: "/spec/template/spec/dnsConfig" }] : []),
  ];
  const servers = dnsConfig?.nameservers ?? [];
  return {
    cause: dnsSettings.name,
    component: refOf(workload),
    confidence: revisions.length > 0 ? 0.88 : usual ? 0.72 : 0.5,
    evidence: [
      `Pods of ${name} have dnsPolicy ${quoted(policy, 20)}${servers.length === 0 ? "" : ` with the servers ${listed(servers.map((server) => quoted(server, 50)))}`}: they do not ask the cluster's DNS.`,
      ...(usual ? [`The other workloads of the namespace (${others.length}) do.`] : []),
    ],
    remedies: [
      ...putBack(workload, revisions, evidence, ({ what }) => what.startsWith("dns")),
      ...(usual && workload.spec.paused !== true
        ? [
            {
              intent: `Let the pods of ${name} ask the cluster's DNS again.`,
              actions: [{ type: "patch" as const, target: targetOf(workload, evidence), operations }, ...replaceBroken(workload, evidence)],
            },
          ]
        : []),
    ],
  };
}
