/**
 * PURE. Who calls whom, out of what several sources saw: edges between `namespace/name`. It decides whose severity is
 * measured (who calls into the incident suffers from it) and orders suspects (what the symptom depends on). A name in
 * somebody's traces never makes an action, and never widens what may be written.
 */
import * as z from "zod";

export type CallSource = "declared" | "istio" | "service graph" | "traces";

export interface Call {
  /** `shop/frontend`: a workload or a Service. */
  readonly from: string;
  readonly to: string;
  readonly source: CallSource;
}

/** A participant as a source names it; most tracers do not know Kubernetes' namespaces. */
export interface Party {
  readonly name: string;
  readonly namespace?: string | undefined;
}

export interface SeenCall {
  readonly from: Party;
  readonly to: Party;
  readonly source: CallSource;
}

/** Of names that Kubernetes allows. What a tracer says is free text, and becomes part of a request to the API server. */
const nodePattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\/[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;
const nodeSchema = z.string().regex(nodePattern, "must be namespace/name");
export const declaredCallSchema = z.strictObject({ from: nodeSchema, to: nodeSchema });
export type DeclaredCall = z.infer<typeof declaredCallSchema>;

export function declaredCall({ from, to }: DeclaredCall): SeenCall {
  return { from: partyOf(from), to: partyOf(to), source: "declared" };
}

function partyOf(node: string): Party {
  const at = node.indexOf("/");
  return { namespace: node.slice(0, at), name: node.slice(at + 1) };
}

/** More is not kept: the graph of a large cluster has a few thousand edges. */
const callsMax = 10_000;

/**
 * The edges of which both ends can be placed, each once, the first source that knows it named. A name without a namespace
 * is looked for among `known` (`shop/frontend`, …), and among the names that other edges have with one; where it is found
 * in several namespaces it stands for each of them, where in none the edge is left out.
 */
export function placeCalls(seen: readonly SeenCall[], known: readonly string[]): readonly Call[] {
  const placed = seen.flatMap(({ from, to }) => [from, to]).flatMap((party) => (party.namespace === undefined ? [] : [nodeOf(party)]));
  const byName = new Map<string, Set<string>>();
  for (const node of [...known, ...placed.filter((each) => nodePattern.test(each))]) {
    const name = node.slice(node.indexOf("/") + 1);
    byName.set(name, (byName.get(name) ?? new Set()).add(node));
  }
  const calls = new Map<string, Call>();
  for (const { from, to, source } of seen) {
    for (const caller of nodesOf(from, byName)) {
      for (const callee of nodesOf(to, byName)) {
        const key = `${caller} ${callee}`;
        if (caller !== callee && !calls.has(key) && calls.size < callsMax) calls.set(key, { from: caller, to: callee, source });
      }
    }
  }
  return [...calls.values()];
}

function nodeOf({ name, namespace }: Party): string {
  return `${namespace ?? ""}/${name}`;
}

/** `catalog.shop`, `catalog.shop.svc.cluster.local` and `shop/catalog` say their namespace themselves. */
function nodesOf(party: Party, byName: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  return candidatesFor(party, byName).filter((node) => nodePattern.test(node));
}

function candidatesFor(party: Party, byName: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  if (party.namespace !== undefined) return [nodeOf(party)];
  const exact = byName.get(party.name);
  if (exact !== undefined) return [...exact];
  const [before = "", after] = party.name.split("/");
  if (after !== undefined) return byName.get(after)?.has(party.name) === true ? [party.name] : [];
  const [name = "", namespace] = before.split(".");
  const host = `${namespace ?? ""}/${name}`;
  return byName.get(name)?.has(host) === true || /^[^.]+\.[^.]+\.svc(?:\.|$)/.test(before) ? [host] : [];
}

/** Callers of callers: further away, somebody who suffers has been noticed by somebody nearer. */
const stepsMax = 3;
/** Each costs six list requests a sample. */
const callingNamespacesMax = 8;

/**
 * The namespaces to measure: those of the incident first, then those that call into them, the nearest first and in the
 * order of the alphabet, at most eight of them.
 */
export function measuredNamespaces(calls: readonly Call[], namespaces: readonly string[]): readonly string[] {
  const measured = [...namespaces];
  for (let step = 0; step < stepsMax; step += 1) {
    const callers = calls.filter(({ to }) => measured.includes(namespaceOf(to))).map(({ from }) => namespaceOf(from));
    const fresh = [...new Set(callers)].filter((namespace) => !measured.includes(namespace)).sort();
    measured.push(...fresh.slice(0, namespaces.length + callingNamespacesMax - measured.length));
  }
  return measured;
}

function namespaceOf(node: string): string {
  return node.slice(0, node.indexOf("/"));
}
