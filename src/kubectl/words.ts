/**
 * PURE. One command line as a POSIX shell would split it into words, and nothing else of a shell: what a shell would
 * expand, chain or redirect is refused, and no shell ever sees the line. A manifest comes along in one of two forms, both
 * exact in every shell: a heredoc (`kubectl apply -f - <<'EOF'`), or what Stratus prints (`printf %s '…' | kubectl …`).
 */
import { refused, success } from "../failure.ts";
import type { Result } from "../failure.ts";

export interface Line {
  readonly words: readonly string[];
  /** What the command would read from its standard input. */
  readonly manifest?: string;
}

export const charactersMax = 262_144;
const wordsMax = 64;

/** Characters that end an unquoted run of ordinary ones. */
const special = /[\s'"\\;&|<>()$`*?[\]{}!\p{Cc}]/gu;
const signs = ";&|<>()$`*?[]{}!";
/** Delimiter in quotes: the text is taken as it is. Without them a shell would expand it. */
const heredoc = /<<[ \t]*(?:'(\w+)'|"(\w+)"|(\w+))[ \t]*\n/y;

export function wordsOf(text: string): Result<Line> {
  if (text.length > charactersMax) return refused(`the line is longer than ${charactersMax} characters`);
  if (!text.isWellFormed() || text.includes("\0")) return refused("the line holds a character that no command line can hold");
  const words: string[] = [];
  let manifest: string | undefined;
  let word: string | undefined;
  let index = 0;
  const endWord = (): void => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  while (index < text.length) {
    const character = text.charAt(index);
    if (character === " " || character === "\t") {
      endWord();
      index += 1;
    } else if (character === "'" || character === '"') {
      const quoted = character === "'" ? singleQuoted(text, index) : doubleQuoted(text, index);
      if (!quoted.ok) return quoted;
      word = (word ?? "") + quoted.value.text;
      index = quoted.value.end;
    } else if (character === "\\") {
      if (index + 1 === text.length) return refused("the line ends with a backslash");
      // A backslash and a line break are nothing: the line goes on.
      if (text.charAt(index + 1) !== "\n") word = (word ?? "") + text.charAt(index + 1);
      index += 2;
    } else if (character === "\n") {
      if (text.slice(index).trim() !== "") return refused("there is more than one line: give one command at a time");
      break;
    } else if (character === "|" && word === undefined && manifest === undefined && isPrinted(words)) {
      manifest = words[2] ?? "";
      words.length = 0;
      index += 1;
    } else if (text.startsWith("<<", index) && word === undefined) {
      const read = heredocAt(text, index);
      if (!read.ok) return read;
      if (manifest !== undefined) return refused("two manifests are given");
      manifest = read.value;
      break;
    } else {
      const run = ordinaryRun(text, index, word === undefined);
      if (!run.ok) return run;
      word = (word ?? "") + run.value;
      index += run.value.length;
    }
    if (words.length > wordsMax) return refused(`the line has more than ${wordsMax} words`);
  }
  endWord();
  return success(manifest === undefined ? { words } : { words, manifest });
}

/** `printf %s TEXT |` */
function isPrinted(words: readonly string[]): boolean {
  return words.length === 3 && words[0] === "printf" && words[1] === "%s";
}

interface Quoted {
  readonly text: string;
  /** After the closing quote. */
  readonly end: number;
}

function singleQuoted(text: string, start: number): Result<Quoted> {
  const close = text.indexOf("'", start + 1);
  return close < 0 ? refused("a single quote is not closed") : success({ text: text.slice(start + 1, close), end: close + 1 });
}

/** A backslash is one unless it stands before a sign that it takes the meaning from. Source: POSIX, Shell Command Language, 2.2.3. */
function doubleQuoted(text: string, start: number): Result<Quoted> {
  let inside = "";
  let index = start + 1;
  for (;;) {
    const character = text.charAt(index);
    if (character === "") return refused("a double quote is not closed");
    if (character === '"') return success({ text: inside, end: index + 1 });
    if (character === "$" || character === "`") return refused(`a shell would expand ${character} inside double quotes: use single quotes`);
    const next = text.charAt(index + 1);
    if (character === "\\" && next !== "" && '$`"\\\n'.includes(next)) {
      inside += next === "\n" ? "" : next;
      index += 2;
    } else {
      inside += character;
      index += 1;
    }
  }
}

/** Up to the next character that needs a look of its own; at least one. */
function ordinaryRun(text: string, start: number, begins: boolean): Result<string> {
  const first = text.charAt(start);
  if (first === "|") return refused("| is for a shell: give a manifest behind the line, as in kubectl apply -f - <<'EOF'");
  if (signs.includes(first) || (begins && (first === "#" || first === "~")))
    return refused(`${first} is for a shell, and none reads this line: put it in single quotes, or give one command at a time`);
  special.lastIndex = start;
  const end = special.exec(text)?.index ?? text.length;
  return end === start ? refused("the line holds a control character or an unusual blank outside quotes") : success(text.slice(start, end));
}

function heredocAt(text: string, start: number): Result<string> {
  heredoc.lastIndex = start;
  const opening = heredoc.exec(text);
  if (opening === null) return refused("a heredoc must be the end of its line, like this: kubectl apply -f - <<'EOF'");
  const delimiter = opening[1] ?? opening[2] ?? opening[3] ?? "";
  const lines = text.slice(start + opening[0].length).split("\n");
  const close = lines.indexOf(delimiter);
  if (close < 0) return refused(`the heredoc is not closed by a line that is ${delimiter}`);
  if (lines.slice(close + 1).some((line) => line.trim() !== ""))
    return refused("there is more than one line after the heredoc: give one command at a time");
  const body = lines
    .slice(0, close)
    .map((line) => `${line}\n`)
    .join("");
  if (opening[3] !== undefined && /[$`\\]/.test(body))
    return refused(`a shell would expand $, \` and \\ in this heredoc: write <<'${delimiter}'`);
  return success(body);
}
