/**
 * PURE. Flags as kubectl reads them (pflag: `-n x`, `-nx`, `-n=x`, `--namespace x`, `--namespace=x`, anywhere after the
 * verb). A verb says which it takes; every other one is refused, the known ones with what to do instead.
 */
import { refused, success } from "../failure.ts";
import type { Result } from "../failure.ts";

export interface Flag {
  readonly name: string;
  readonly short?: string;
  /** `values`: may be given again. `switch`: `--flag` and `--flag=true` are one. */
  readonly takes: "value" | "values" | "switch";
}

export const namespaceFlag: Flag = { name: "namespace", short: "n", takes: "value" };
/** Only from its standard input: `-f -`. */
export const filenameFlag: Flag = { name: "filename", short: "f", takes: "value" };

export interface Arguments {
  readonly args: readonly string[];
  /** By long name; `"true"` or `"false"` for a switch. */
  readonly flags: Readonly<Record<string, readonly string[]>>;
}

export function readFlags(words: readonly string[], known: readonly Flag[]): Result<Arguments> {
  const args: string[] = [];
  const flags = new Map<string, string[]>();
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    if (word === "--") {
      args.push(...words.slice(index + 1));
      break;
    }
    if (!word.startsWith("-") || word === "-") {
      args.push(word);
      continue;
    }
    const given = flagIn(word, known);
    if (!given.ok) return given;
    const { flag } = given.value;
    let { value } = given.value;
    if (value === undefined && flag.takes === "switch") value = "true";
    if (value === undefined) {
      index += 1;
      value = words[index];
    }
    if (value === undefined) return refused(`--${flag.name} needs a value`);
    if (flag.takes === "switch" && value !== "true" && value !== "false") return refused(`--${flag.name} can be true or false`);
    const earlier = flags.get(flag.name) ?? [];
    if (earlier.length > 0 && flag.takes !== "values") return refused(`--${flag.name} is given twice`);
    flags.set(flag.name, [...earlier, value]);
  }
  return success({ args, flags: Object.fromEntries(flags) });
}

export interface First {
  readonly word: string | undefined;
  /** With the flags that stood before it. */
  readonly rest: readonly string[];
}

/** The namespace may stand before a verb; other flags are the verb's. */
export function firstWord(words: readonly string[]): Result<First> {
  let index = 0;
  while (index < words.length && (words[index] ?? "").startsWith("-")) {
    const word = words[index] ?? "";
    if (word === "--") return refused("-- is not understood before a verb");
    const taken = word === "-n" || word === "--namespace" ? 2 : 1;
    const flag = readFlags(words.slice(index, index + taken), [namespaceFlag]);
    if (!flag.ok) return flag;
    index += taken;
  }
  return success({ word: words[index], rest: [...words.slice(0, index), ...words.slice(index + 1)] });
}

/** The only value of a flag. */
export function valueOf({ flags }: Arguments, { name }: Flag): string | undefined {
  return valuesOf(flags, name)[0];
}

export function valuesOf(flags: Arguments["flags"], name: string): readonly string[] {
  return (Object.hasOwn(flags, name) ? flags[name] : undefined) ?? [];
}

interface Given {
  readonly flag: Flag;
  /** As part of the same word. */
  readonly value: string | undefined;
}

function flagIn(word: string, known: readonly Flag[]): Result<Given> {
  if (word.startsWith("--")) {
    const equals = word.indexOf("=");
    const name = word.slice(2, equals < 0 ? undefined : equals);
    const flag = known.find((candidate) => candidate.name === name);
    return flag === undefined
      ? refused(whyNotFlag(name, `--${name}`))
      : success({ flag, value: equals < 0 ? undefined : word.slice(equals + 1) });
  }
  const letter = word.charAt(1);
  const flag = known.find((candidate) => candidate.short === letter);
  if (flag === undefined)
    return refused(whyNotFlag(Object.hasOwn(longNames, letter) ? (longNames[letter] ?? letter) : letter, `-${letter}`));
  const rest = word.slice(2);
  // `-n=x` is x; a lone `-n=` is "=", as pflag has it.
  return success({ flag, value: rest === "" ? undefined : rest.length > 1 && rest.startsWith("=") ? rest.slice(1) : rest });
}

const several = "would change several objects: name one";
const connection = "is not for a line to say: Stratus has a connection and permissions of its own";
const forced = "would cut the object's ending short, which is never done";
const printing = "is about what kubectl prints: leave it out";
const noFiles = "names files, and none is read: name the object, or give its manifest to create -f - or apply -f -";

const longNames: Readonly<Record<string, string>> = {
  A: "all-namespaces",
  R: "recursive",
  f: "filename",
  k: "kustomize",
  l: "selector",
  o: "output",
  s: "server",
  w: "watch",
};

const whyNot: Readonly<Record<string, string>> = {
  all: several,
  "all-namespaces": several,
  selector: several,
  "field-selector": several,
  recursive: noFiles,
  filename: noFiles,
  kustomize: noFiles,
  "patch-file": noFiles,
  "from-file": noFiles,
  "from-env-file": noFiles,
  force: forced,
  "grace-period": forced,
  now: forced,
  cascade: "decides about what the object owns, which is always removed with it",
  subresource: "leads past the object's own fields, which are all that is written",
  "dry-run": "is not needed: every write is tried out first",
  "server-side": "takes fields from their owners: leave it out",
  "force-conflicts": "takes fields from their owners: leave it out",
  prune: several,
  output: printing,
  template: printing,
  "show-managed-fields": printing,
  "allow-missing-template-keys": printing,
  watch: printing,
  ...Object.fromEntries(
    ["server", "token", "kubeconfig", "context", "cluster", "user", "username", "password", "as", "as-group", "as-uid"].map((name) => [
      name,
      connection,
    ]),
  ),
  ...Object.fromEntries(
    ["certificate-authority", "client-certificate", "client-key", "insecure-skip-tls-verify", "tls-server-name"].map((name) => [
      name,
      connection,
    ]),
  ),
};

function whyNotFlag(name: string, written: string): string {
  return `${written} ${(Object.hasOwn(whyNot, name) ? whyNot[name] : undefined) ?? "is no flag that is understood here"}`;
}
