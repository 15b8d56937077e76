/** Whether one cluster answers, and whether these credentials may do there what the settings promise. Only asks. */
import {
  describePermission,
  permissionsOf,
  permissionsOfCluster,
  permissionsOfModel,
  permissionsToLook,
  permissionsToLookAnywhere,
  permissionsToTidy,
} from "../action/permission.ts";
import type { NeededByAction, Permission } from "../action/permission.ts";
import { isProtectedNamespace } from "../action/policy.ts";
import type { Mode, Policy } from "../action/policy.ts";
import type { ClusterPort } from "../cluster/cluster.ts";
import { describeFailure, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import { recordedKinds } from "../known-good/form.ts";
import { noCustomKinds } from "../kubernetes/kind.ts";
import type { CustomKinds } from "../kubernetes/kind.ts";
import type { ClusterPatient } from "./doctor.ts";
import type { Finding } from "./finding.ts";
import { untested, well, wrong } from "./finding.ts";

/** Workers may have six connections open, and an API server has others to serve. */
const asksAtOnceMax = 4;

/** 1 request, 1 for each namespace and custom kind that is named, and about 60 access reviews for each namespace and the cluster. */
export async function examineCluster({ config, cluster }: ClusterPatient, modelLooks: boolean): Promise<readonly Finding[]> {
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
  findings.push(...(await examineCustomKinds(cluster.value, policy, name)));
  if (policy.defaultMode !== "observe") findings.push(...(await examineActing(cluster.value, policy, name, undefined, policy.defaultMode)));
  findings.push(...(await examineClusterScoped(cluster.value, policy, `${name}, cluster-scoped`)));
  for (const [namespace, mode] of Object.entries(policy.modeByNamespace)) {
    const about = `${name}, ${namespace}`;
    const useless = mode === "observe" ? undefined : await whyNot(cluster.value, config, namespace);
    if (useless !== undefined) {
      findings.push(wrong(about, useless, `correct it, or take it out of the namespaces with mode ${mode}`));
      continue;
    }
    findings.push(...(await examineLooking(cluster.value, about, namespace, mode)));
    findings.push(...(await examineRecording(cluster.value, about, namespace)));
    if (modelLooks) findings.push(...(await examineLogs(cluster.value, about, namespace)));
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
    deniedOf(cluster, permissionsToLook, namespace, noCustomKinds),
    everywhere ? deniedOf(cluster, permissionsToLookAnywhere, undefined, noCustomKinds) : success([]),
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

/** Of a kind that may not be listed nothing is known to be good. */
async function examineRecording(cluster: ClusterPort, about: string, namespace: string): Promise<readonly Finding[]> {
  const lists = recordedKinds.map((kind) => ({ verb: "list", kind }) as const);
  const denied = await deniedOf(cluster, lists, namespace, noCustomKinds);
  return denied.ok && denied.value.length > 0
    ? [untested(about, `may not ${listed(denied.value)}: what of these was there when all was well is not recorded`)]
    : [];
}

async function examineLogs(cluster: ClusterPort, about: string, namespace: string): Promise<readonly Finding[]> {
  const denied = await deniedOf(cluster, permissionsOfModel, namespace, noCustomKinds);
  return denied.ok && denied.value.length > 0 ? [untested(about, `may not ${listed(denied.value)}: the model sees no logs`)] : [];
}

/** A kind that the API server does not serve is a mistake in the policy, or its definition is not installed. */
async function examineCustomKinds(cluster: ClusterPort, { customKinds }: Policy, about: string): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [kind, { apiVersion, plural, namespaced }] of Object.entries(customKinds)) {
    // Whether there is one of this name makes no difference; whether it may be read is among the permissions.
    const found = await cluster.get({ kind, ...(namespaced ? { namespace: "default" } : {}), name: "stratus-doctor" });
    if (found.ok || found.failure.kind !== "malformed") continue;
    const what = `${plural} of ${apiVersion} (${kind}) ${namespaced ? "in a namespace" : "for the whole cluster"}`;
    findings.push(wrong(about, `the API server does not serve ${what}`, "install its definition, or correct custom in the policy"));
  }
  return findings;
}

async function examineActing(
  cluster: ClusterPort,
  policy: Policy,
  about: string,
  namespace: string | undefined,
  mode: Mode,
): Promise<readonly Finding[]> {
  const { customKinds } = policy;
  const findings = await examineActions(cluster, permissionsOf(policy.writable, customKinds), { about, namespace, mode, customKinds });
  const tidy = await deniedOf(cluster, permissionsToTidy, namespace, noCustomKinds);
  if (tidy.ok && tidy.value.length > 0 && findings.some(({ verdict }) => verdict === "well"))
    findings.push(untested(about, `may not ${listed(tidy.value)}: annotations of ours would stay on these copies, and harm nobody`));
  return findings;
}

async function examineClusterScoped(cluster: ClusterPort, policy: Policy, about: string): Promise<readonly Finding[]> {
  const { customKinds, clusterScopedMode: mode } = policy;
  if (mode === "observe") return [];
  return examineActions(cluster, permissionsOfCluster(policy.writable, customKinds), { about, namespace: undefined, mode, customKinds });
}

interface Place {
  readonly about: string;
  readonly namespace: string | undefined;
  readonly mode: Mode;
  readonly customKinds: CustomKinds;
}

async function examineActions(cluster: ClusterPort, byAction: NeededByAction, place: Place): Promise<Finding[]> {
  const { about, namespace, mode, customKinds } = place;
  const actions = Object.entries(byAction);
  const denied = await deniedOf(
    cluster,
    actions.flatMap(([, { write, inverse }]) => [...write, ...inverse]),
    namespace,
    customKinds,
  );
  if (!denied.ok) return [notAsked(about, denied.failure.reason)];
  const lacks = (needed: readonly Permission[]): readonly Permission[] =>
    denied.value.filter((one) =>
      needed.some(({ verb, kind, subresource }) => verb === one.verb && kind === one.kind && subresource === one.subresource),
    );
  const permitted = actions.filter(([, { write, inverse }]) => lacks([...write, ...inverse]).length === 0).map(([type]) => type);
  const refused = actions.map(([type]) => type).filter((type) => !permitted.includes(type));
  const findings: Finding[] = [];
  if (permitted.length > 0)
    findings.push(well(about, `${mode}: may ${sequence(permitted)}${permitted.every(isFinal) ? "" : ", and undo it"}`));
  if (refused.length > 0)
    findings.push(
      wrong(
        about,
        `${mode}: may not ${listed(denied.value, customKinds)}: needed to ${sequence(refused)}, and to undo it`,
        `allow it in ${roleFor(namespace)}`,
      ),
    );
  return findings;
}

/** What of these is not permitted, each once. */
async function deniedOf(
  cluster: ClusterPort,
  wanted: readonly Permission[],
  namespace: string | undefined,
  customKinds: CustomKinds,
): Promise<Result<readonly Permission[]>> {
  const distinct = [...new Map(wanted.map((permission) => [describePermission(permission, customKinds), permission])).values()];
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

/** Its pod is another one afterwards: there is nothing to put back. */
function isFinal(action: string): boolean {
  return action === "evict";
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
function listed(permissions: readonly Permission[], customKinds: CustomKinds = noCustomKinds): string {
  const verbs = new Map<string, string[]>();
  for (const permission of permissions) {
    const [verb = "", resource = ""] = describePermission(permission, customKinds).split(" ");
    verbs.set(resource, [...(verbs.get(resource) ?? []), verb]);
  }
  const resources = new Map<string, string[]>();
  for (const [resource, of] of verbs) resources.set(of.join("/"), [...(resources.get(of.join("/")) ?? []), resource]);
  return Array.from(resources, ([of, on]) => `${of} ${on.join(", ")}`).join("; ");
}

function sequence(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1) ?? ""}`;
}
