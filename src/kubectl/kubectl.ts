/**
 * PURE. A line that a person or a model would type, parsed into one action by a closed grammar: what is not understood is
 * refused, with a reason to act on. Nothing is run. What the policy allows is asked later, of the action.
 */
import { actionSchema } from "../action/action.ts";
import type { Action } from "../action/action.ts";
import { refused, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import { noCustomKinds } from "../kubernetes/kind.ts";
import type { CustomKinds } from "../kubernetes/kind.ts";
import type { Command } from "./command.ts";
import { firstWord } from "./flags.ts";
import { parseApply, parseCreate } from "./manifest.ts";
import { parseCordon, parseTaint, parseUncordon } from "./node.ts";
import { parseAnnotate, parseDelete, parseLabel } from "./object.ts";
import { parsePatch } from "./patch.ts";
import { whyNotVerb } from "./refused-verb.ts";
import { wordsOf } from "./words.ts";
import { parseRolloutRestart, parseRolloutUndo, parseScale, parseSetEnv, parseSetImage, parseSetResources } from "./workload.ts";

export interface KubectlContext {
  /** For a line that names no namespace; without one, such a line is refused. */
  readonly namespace?: string | undefined;
  /** What `-f -` reads, when the line does not bring it along. */
  readonly stdin?: string | undefined;
  /** Custom resources that the policy names. */
  readonly customKinds?: CustomKinds | undefined;
}

const reasonCharactersMax = 300;

type Verb = (command: Command) => Result<Action>;

const verbs: Readonly<Record<string, Verb | Readonly<Record<string, Verb>>>> = {
  annotate: parseAnnotate,
  apply: parseApply,
  cordon: parseCordon,
  create: parseCreate,
  delete: parseDelete,
  label: parseLabel,
  patch: parsePatch,
  rollout: { restart: parseRolloutRestart, undo: parseRolloutUndo },
  scale: parseScale,
  set: { env: parseSetEnv, image: parseSetImage, resources: parseSetResources },
  taint: parseTaint,
  uncordon: parseUncordon,
};

/** Fails with `refused` only. */
export function parseKubectl(line: string, context: KubectlContext = {}): Result<Action> {
  const parsed = parseLine(line, context);
  if (parsed.ok || parsed.failure.kind !== "refused" || parsed.failure.reason.length <= reasonCharactersMax) return parsed;
  // A reason may quote the line.
  return refused(`${parsed.failure.reason.slice(0, reasonCharactersMax).toWellFormed()} ...`);
}

function parseLine(line: string, context: KubectlContext): Result<Action> {
  const read = wordsOf(line);
  if (!read.ok) return read;
  const [program, ...words] = read.value.words;
  if (program !== "kubectl") return refused(`the line must begin with kubectl${program === undefined ? "" : `, not ${program}`}`);
  const { stdin } = context;
  if (stdin !== undefined && read.value.manifest !== undefined) return refused("two manifests are given");
  const manifest = read.value.manifest ?? stdin;
  const command = { manifest, surroundings: { namespace: context.namespace, customKinds: context.customKinds ?? noCustomKinds } };
  const verb = firstWord(words);
  if (!verb.ok) return verb;
  const name = verb.value.word;
  if (name === undefined) return refused(`the line has no verb: ${Object.keys(verbs).join(", ")}`);
  const found = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (found === undefined) return refused(whyNotVerb(name));
  if (manifest !== undefined && name !== "create" && name !== "apply") return refused(`${name} takes no manifest`);
  if (typeof found === "function") return checked(found({ ...command, words: verb.value.rest }));
  const second = firstWord(verb.value.rest);
  if (!second.ok) return second;
  const parse = Object.hasOwn(found, second.value.word ?? "") ? found[second.value.word ?? ""] : undefined;
  if (parse === undefined) return refused(`${name} is understood with ${Object.keys(found).join(", ")}`);
  return checked(parse({ ...command, words: second.value.rest }));
}

/** Nothing that the schema of actions does not let through leaves here. */
function checked(parsed: Result<Action>): Result<Action> {
  if (!parsed.ok) return parsed;
  const action = actionSchema.safeParse(parsed.value);
  if (action.success) return success(action.data);
  const issue = action.error.issues[0];
  return refused(`${issue?.path.join(".") ?? "the action"} is not of its form`);
}
