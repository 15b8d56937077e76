/** Whether one cluster answers, and whether these credentials may do there what the settings promise. Only asks. */
import {
  permissionsOf,
  permissionsToLook,
  permissionsToLookAnywhere,
  permissionsToTidy,
  describePermission,
} from "../action/permission.ts";
import type { Permission } from "../action/permission.ts";
import { isProtectedNamespace } from "../action/policy.ts";
import type { Mode, Policy } from "../action/policy.ts";
import type { ClusterPort } from "../cluster/cluster.ts";
import { describeFailure, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import type { ClusterPatient } from "./doctor.ts";
import type { Finding } from "./finding.ts";
import { untested, well, wrong } from "./finding.ts";

/** Workers may have six connections open, and an API server has others to serve. */
const asksAtOnceMax = 4;

/** 1 request, 1 for each namespace that is named, and about 25 access reviews for each of these and for the cluster. */
export async function examineCluster({ config, cluster }: ClusterPatient): Promise<readonly Finding[]> {
  const { policy } = config;
  const name = `cluster ${config.name}`;
  if (!cluster.ok)
    return [
      wrong(
        name,
        describeFailure(cluster.failure),
        "name a context of the kubeconfig, or an address with a token (STRATUS_KUBERNETES_URL, or url in STRATUS_CLUSTERS)",
      ),
    ];
  const ready = await cluster.value.ready();
  if (!ready.ok)
    return [wrong(name, describeFailure(ready.failure), "check the API server's address, and that it can be reached from here")];
  const findings: Finding[] = [well(name, "the API server answers")];
  findings.push(...(await examineLooking(cluster.value, name, undefined, policy.defaultMode)));
  if (policy.defaultMode !== "observe") findings.push(...(await examineActing(cluster.value, policy, name, undefined, policy.defaultMode)));
  for (const [namespace, mode] of Object.entries(policy.modeByNamespace)) {
    const about = `${name}, ${namespace}`;
    const useless = mode === "observe" ? undefined : await whyNot(cluster.value, config, namespace);
    if (useless !== undefined) {
      findings.push(wrong(about, useless, `correct it, or take it out of the namespaces with mode ${mode}`));
      continue;
    }
    findings.push(...(await examineLooking(cluster.value, about, namespace, mode)));
    if (mode !== "observe") findings.push(...(await examineActing(cluster.value, policy, about, namespace, mode)));
  }
  return findings;
}

async function whyNot(cluster: ClusterPort, { policy }: ClusterPatient["config"], namespace: string): Promise<string | undefined> {
  if (isProtectedNamespace(policy, namespace)) return `namespace ${namespace} is protected: nothing is ever changed there`;
  const found = await cluster.get({ kind: "Namespace", name: namespace });
  // One that may not be read shows among the permissions.
  return found.ok && found.value === undefined ? `there is no namespace ${namespace}` : undefined;
}

async function examineLooking(cluster: ClusterPort, about: string, namespace: string | undefined, mode: Mode): Promise<readonly Finding[]> {
  const everywhere = namespace === undefined;
  const [denied, nodes] = await Promise.all([
    deniedOf(cluster, permissionsToLook, namespace),
    everywhere ? deniedOf(cluster, permissionsToLookAnywhere, undefined) : success([]),
  ]);
  if (!denied.ok) return [notAsked(about, denied.failure.reason)];
  if (!nodes.ok) return [notAsked(about, nodes.failure.reason)];
  const findings: Finding[] = [];
  if (nodes.value.length > 0)
    findings.push(wrong(about, `may not ${listed(nodes.value)}`, `allow it in a ClusterRole: without the nodes severity is unknown`));
  if (denied.value.length === 0) findings.push(well(about, `may look at ${everywhere ? "every namespace" : "it"}`));
  else if (everywhere && mode === "observe")
    findings.push(untested(about, `may not look at every namespace: alerts about one that is not named are not diagnosed`));
  else
    findings.push(
      wrong(about, `may not ${listed(denied.value)}`, `allow it in ${roleFor(namespace)}: without it nothing is measured here`),
    );
  return findings;
}

async function examineActing(
  cluster: ClusterPort,
  { writable }: Policy,
  about: string,
  namespace: string | undefined,
  mode: Mode,
): Promise<readonly Finding[]> {
  const actions = Object.entries(permissionsOf(writable));
  const denied = await deniedOf(
    cluster,
    actions.flatMap(([, { write, inverse }]) => [...write, ...inverse]),
    namespace,
  );
  if (!denied.ok) return [notAsked(about, denied.failure.reason)];
  const lacks = (needed: readonly Permission[]): readonly Permission[] =>
    denied.value.filter((one) =>
      needed.some(({ verb, kind, subresource }) => verb === one.verb && kind === one.kind && subresource === one.subresource),
    );
  const permitted = actions.filter(([, { write, inverse }]) => lacks([...write, ...inverse]).length === 0).map(([type]) => type);
  const refused = actions.map(([type]) => type).filter((type) => !permitted.includes(type));
  const findings: Finding[] = [];
  if (permitted.length > 0) findings.push(well(about, `${mode}: may ${sequence(permitted)}, and undo it`));
  if (refused.length > 0)
    findings.push(
      wrong(
        about,
        `${mode}: may not ${listed(denied.value)}: needed to ${sequence(refused)}, and to undo it`,
        `allow it in ${roleFor(namespace)}`,
      ),
    );
  const tidy = await deniedOf(cluster, permissionsToTidy, namespace);
  if (tidy.ok && tidy.value.length > 0 && permitted.length > 0)
    findings.push(untested(about, `may not ${listed(tidy.value)}: annotations of ours would stay on these copies, and harm nobody`));
  return findings;
}

/** What of these is not permitted, each once. */
async function deniedOf(
  cluster: ClusterPort,
  wanted: readonly Permission[],
  namespace: string | undefined,
): Promise<Result<readonly Permission[]>> {
  const distinct = [...new Map(wanted.map((permission) => [describePermission(permission), permission])).values()];
  const denied: Permission[] = [];
  for (let from = 0; from < distinct.length; from += asksAtOnceMax) {
    const some = distinct.slice(from, from + asksAtOnceMax);
    const answers = await Promise.all(
      some.map(async (permission) => ({ permission, allowed: await cluster.allowed({ ...permission, namespace }) })),
    );
    for (const { permission, allowed } of answers) {
      if (!allowed.ok) return allowed;
      if (!allowed.value) denied.push(permission);
    }
  }
  return success(denied);
}

function notAsked(about: string, reason: string): Finding {
  return wrong(
    about,
    `its permissions could not be asked: ${reason}`,
    "check the credentials: everybody whom the API server knows may ask this (system:basic-user)",
  );
}

function roleFor(namespace: string | undefined): string {
  return namespace === undefined ? "a ClusterRole" : `a Role of namespace ${namespace}`;
}

/** `get, patch deployments.apps and list pods`: verbs that go with the same resource once. */
function listed(permissions: readonly Permission[]): string {
  const verbs = new Map<string, string[]>();
  for (const permission of permissions) {
    const [verb = "", resource = ""] = describePermission(permission).split(" ");
    verbs.set(resource, [...(verbs.get(resource) ?? []), verb]);
  }
  const resources = new Map<string, string[]>();
  for (const [resource, of] of verbs) resources.set(of.join("/"), [...(resources.get(of.join("/")) ?? []), resource]);
  return Array.from(resources, ([of, on]) => `${of} ${on.join(", ")}`).join("; ");
}

function sequence(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1) ?? ""}`;
}
