/**
 * PURE. A program that is told by its command or arguments to read a variable which nobody sets finds it empty; the kubelet
 * leaves `$(NAME)` in arguments as it stands (kubernetes.io, Define Dependent Environment Variables). The value is taken
 * from healthy workloads of the namespace that carry the same variable, when all of them agree.
 */
import type { Container, EnvVar } from "../kubernetes/object.ts";
import { nameOf, refOf } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis, Remedy } from "./cause.ts";
import { crashingContainers, ranOutOfMemory } from "./crashing.ts";
import type { CrashingContainer } from "./crashing.ts";
import { targetOf } from "./owner.ts";
import { replaceBroken, settingVariables } from "./remedy.ts";
import type { Sibling } from "./sibling.ts";
import { agreedVariable, isSecret, siblingsOf } from "./sibling.ts";
import { listed } from "./wording.ts";

/** Set by the container runtime, by the shell, or by the kubelet for each Service. */
const given =
  /^(?:PATH|HOME|HOSTNAME|PWD|OLDPWD|USER|SHELL|TERM|IFS|PPID|UID|EUID|RANDOM|SECONDS|LINENO|OPTARG|OPTIND|KUBERNETES_.*|.*_SERVICE_(?:HOST|PORT)(?:_.*)?|.*_PORT(?:_\d+_(?:TCP|UDP).*)?)$/;
const textMax = 20_000;
const variablesMax = 10;
/** So many workloads of one image that all carry a variable make it usual. */
const siblingsMin = 2;

export const environmentVariableMissing: Cause = {
  name: "environment-variable-missing",
  diagnose: (evidence) =>
    crashingContainers(evidence)
      .filter((crashing) => !ranOutOfMemory(crashing))
      .flatMap((crashing) => [...judgeReferences(crashing, evidence), ...judgeUsual(crashing, evidence)]),
};

/** Names that the text reads, nobody sets and the text does not set itself. */
export function unsetVariablesOf({ command = [], args = [], env = [], envFrom = [] }: Container, evidence: Evidence): readonly string[] {
  // What a Secret holds is not known here.
  if (envFrom.some(({ secretRef }) => secretRef !== undefined)) return [];
  const text = [...command, ...args].join("\n").slice(0, textMax);
  const read = [...text.matchAll(/\$(?:\{|\()?([A-Z][A-Z0-9_]{1,62})\b/g)].map(([, name = ""]) => name);
  const assigned = new Set(
    [...text.matchAll(/\b([A-Z][A-Z0-9_]{0,62})=|\bfor\s+([A-Z][A-Z0-9_]*)\b|\bread\s+(?:-\w+\s+)*([A-Z][A-Z0-9_]*)\b/g)].flatMap(
      ([, ...names]) => names,
    ),
  );
  const set = new Set([
    ...env.filter(({ value, valueFrom }) => valueFrom !== undefined || (value ?? "") !== "").map(({ name }) => name),
    ...envFrom.flatMap(({ prefix = "", configMapRef }) => {
      const found = evidence.configMaps.find(({ metadata }) => metadata.name === configMapRef?.name);
      return Object.keys(found?.data ?? {}).map((key) => `${prefix}${key}`);
    }),
  ]);
  return [...new Set(read)].filter((name) => !set.has(name) && !assigned.has(name) && !given.test(name)).slice(0, variablesMax);
}

function judgeReferences(suspect: CrashingContainer, evidence: Evidence): readonly Hypothesis[] {
  const { workload } = suspect;
  const unset = unsetVariablesOf(suspect.container, evidence);
  if (unset.length === 0) return [];
  const siblings = siblingsOf(workload, evidence);
  const known = unset.flatMap((name) => agreedVariable(name, siblings) ?? []).filter((variable) => !isSecret(variable));
  const said = `The command of container ${suspect.container.name} reads ${listed(unset)}, which ${unset.length === 1 ? "is" : "are"} not set.`;
  return [hypothesis(suspect, { confidence: known.length > 0 ? 0.85 : 0.55, said, variables: known, siblings }, evidence)];
}

/** No text says it, and every healthy workload of the same image carries it. */
function judgeUsual(suspect: CrashingContainer, evidence: Evidence): readonly Hypothesis[] {
  const { workload, container } = suspect;
  const siblings = siblingsOf(workload, evidence).filter((sibling) => sibling.container.image === container.image);
  if (siblings.length < siblingsMin) return [];
  const own = new Set((container.env ?? []).map(({ name }) => name));
  const names = [...new Set(siblings.flatMap((sibling) => (sibling.container.env ?? []).map(({ name }) => name)))].filter(
    (name) => !own.has(name),
  );
  const usual = names
    .filter((name) => siblings.every((sibling) => (sibling.container.env ?? []).some((variable) => variable.name === name)))
    .flatMap((name) => agreedVariable(name, siblings) ?? [])
    .filter((variable) => !isSecret(variable))
    .slice(0, variablesMax);
  if (usual.length === 0) return [];
  const said = `Container ${container.name} does not set ${listed(usual.map(({ name }) => name))}, which every other container of its image here does.`;
  return [hypothesis(suspect, { confidence: 0.6, said, variables: usual, siblings }, evidence)];
}

function hypothesis(
  suspect: CrashingContainer,
  found: {
    readonly confidence: number;
    readonly said: string;
    readonly variables: readonly EnvVar[];
    readonly siblings: readonly Sibling[];
  },
  evidence: Evidence,
): Hypothesis {
  const { workload, seen } = suspect;
  const carriers = found.siblings.filter((sibling) =>
    (sibling.container.env ?? []).some(({ name }) => found.variables.some((variable) => variable.name === name)),
  );
  const from = [...new Set(carriers.map((sibling) => nameOf(refOf(sibling.workload))))];
  return {
    cause: environmentVariableMissing.name,
    component: refOf(workload),
    confidence: found.confidence,
    evidence: [
      seen,
      found.said,
      from.length === 0
        ? "No healthy workload of the namespace shows its value."
        : `${listed(from)} ${from.length === 1 ? "sets" : "set"} it.`,
    ],
    remedies: found.variables.length === 0 ? [] : [remedy(suspect, found.variables, from, evidence)],
  };
}

function remedy(
  { workload, container, index }: CrashingContainer,
  variables: readonly EnvVar[],
  from: readonly string[],
  evidence: Evidence,
): Remedy {
  return {
    intent: `Set ${listed(variables.map(({ name }) => name))} in container ${container.name} of ${nameOf(refOf(workload))} as in ${listed(from)}.`,
    actions: [
      { type: "patch", target: targetOf(workload, evidence), operations: settingVariables(container, index, variables) },
      ...replaceBroken(workload, evidence),
    ],
  };
}
