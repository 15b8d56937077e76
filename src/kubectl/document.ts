/**
 * PURE. JSON and YAML as a line brings them, bounded, and only what means the same to every reader: a plain `yes`, `0644` or
 * `2024-01-01` is one thing in YAML 1.1, which kubectl reads, and another in YAML 1.2.
 */
import { isAlias, isScalar, parseAllDocuments, visit } from "yaml";
import type { Document } from "yaml";
import { refused, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import { isJsonArray, isJsonObject, jsonEqual } from "../kubernetes/json.ts";
import type { Json, JsonObject } from "../kubernetes/json.ts";
import { charactersMax } from "./words.ts";

const depthMax = 32;
const valuesMax = 20_000;

export function readJson(text: string, what: string): Result<Json> {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return refused(`${what} is no JSON`);
  }
  const whyNot = whyNotBounded(value);
  return whyNot === undefined ? success(value) : refused(`${what} ${whyNot}`);
}

/** One object. */
export function readManifest(text: string): Result<JsonObject> {
  if (text.length > charactersMax) return refused(`the manifest is longer than ${charactersMax} characters`);
  const value = text.trimStart().startsWith("{") ? readJson(text, "the manifest") : readYaml(text);
  if (!value.ok) return value;
  return isJsonObject(value.value) ? success(value.value) : refused("the manifest is no object");
}

function readYaml(text: string): Result<Json> {
  if (bracketsOpen(text) > depthMax) return refused(`the manifest is nested more than ${depthMax} deep`);
  if (/^%/m.test(text)) return refused("the manifest has a directive for its reader: leave the line with % out");
  // The parser recurses: a document that is too deep for it must not be too deep for us.
  try {
    const [document, ...more] = documentsIn(text, "1.2");
    if (document === undefined) return refused("the manifest is empty");
    if (more.length > 0) return refused("the manifest holds several objects: give one");
    const whyNot = whyNotPlain(document);
    if (whyNot !== undefined) return refused(`the manifest ${whyNot}`);
    const value = document.toJS() as Json;
    const bounded = whyNotBounded(value);
    if (bounded !== undefined) return refused(`the manifest ${bounded}`);
    return jsonEqual(value, documentsIn(text, "1.1")[0]?.toJS() as Json)
      ? success(value)
      : refused(
          "the manifest has a plain value that YAML 1.1 and 1.2 read differently (yes, no, on, off, y, n, 0644, 1:30, a date): put it in quotes",
        );
  } catch {
    return refused("the manifest is no YAML");
  }
}

function bracketsOpen(text: string): number {
  let open = 0;
  let most = 0;
  for (const character of text) {
    if (character === "{" || character === "[") most = Math.max(most, (open += 1));
    else if ((character === "}" || character === "]") && open > 0) open -= 1;
  }
  return most;
}

function documentsIn(text: string, version: "1.1" | "1.2"): readonly Document[] {
  const documents = parseAllDocuments(text, { version, uniqueKeys: true, strict: true, prettyErrors: false, logLevel: "silent" });
  return (documents as readonly Document[]).filter(
    ({ contents, errors }) => errors.length > 0 || (contents !== null && !isEmpty(contents)),
  );
}

/** `---` with nothing after it. */
function isEmpty(contents: unknown): boolean {
  return isScalar(contents) && contents.value === null && contents.source === "";
}

/** Aliases, tags and keys that are no text. */
function whyNotPlain(document: Document): string | undefined {
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) return `is no plain YAML (${problem.code})`;
  let whyNot: string | undefined;
  visit(document, {
    Alias: () => ((whyNot = "has aliases"), visit.BREAK),
    Pair: (_, { key }) =>
      isScalar(key) && typeof key.value === "string" ? undefined : ((whyNot = "has a key that is no text: put it in quotes"), visit.BREAK),
    Node: (_, node) => (!isAlias(node) && node.tag !== undefined ? ((whyNot = "has tags"), visit.BREAK) : undefined),
  });
  return whyNot;
}

function whyNotBounded(value: Json): string | undefined {
  let values = 0;
  const look = (inner: Json, depth: number): string | undefined => {
    values += 1;
    if (depth > depthMax) return `is nested more than ${depthMax} deep`;
    if (values > valuesMax) return `has more than ${valuesMax} values`;
    if (typeof inner === "number" && !(Number.isSafeInteger(inner) || (Number.isFinite(inner) && !Number.isInteger(inner))))
      return "has a number that cannot be kept exactly";
    if (isJsonArray(inner) || isJsonObject(inner)) {
      for (const each of Object.values(inner)) {
        const whyNot = look(each, depth + 1);
        if (whyNot !== undefined) return whyNot;
      }
    }
    return typeof inner === "string" && !inner.isWellFormed() ? "has text that is no Unicode" : undefined;
  };
  return look(value, 0);
}
