/** PURE. Why a verb of kubectl is not understood, and what to do instead. */

const reads = "reads, and Stratus reads by itself: leave it out";
const inside = "reaches into the cluster or runs something there, which is never done";
const manifest = "is not understood: give the object's manifest, with create -f - <<'EOF' or apply -f - <<'EOF'";

const whyNot: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ["get", "describe", "logs", "top", "events", "explain", "diff", "api-resources", "api-versions", "cluster-info", "version", "wait"].map(
      (verb) => [verb, reads],
    ),
  ),
  ...Object.fromEntries(["exec", "attach", "cp", "debug", "port-forward", "proxy", "run"].map((verb) => [verb, inside])),
  autoscale: "is not understood: patch the HorizontalPodAutoscaler, or create one with a manifest",
  drain: "moves every pod of a node: cordon it, and delete single pods, which evicts them",
  edit: "needs a person: use patch",
  expose: manifest,
  kustomize: manifest,
  replace: "overwrites what others have changed since: use patch or apply",
};

export function whyNotVerb(verb: string): string {
  return `${verb} ${(Object.hasOwn(whyNot, verb) ? whyNot[verb] : undefined) ?? "is no verb that is understood here"}`;
}
