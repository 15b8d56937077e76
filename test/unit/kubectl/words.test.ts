import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { wordsOf } from "../../../src/kubectl/words.ts";
import { createDice } from "../../support/dice.ts";

function split(line: string): unknown {
  const read = wordsOf(line);
  if (!read.ok) return read.failure.kind === "refused" ? read.failure.reason : read.failure;
  return read.value.manifest === undefined ? read.value.words : read.value;
}

describe("a line is split as a shell would split it", () => {
  test.each<readonly [string, readonly string[]]>([
    ["kubectl get pods", ["kubectl", "get", "pods"]],
    ["  kubectl \t get  ", ["kubectl", "get"]],
    ["kubectl\n", ["kubectl"]],
    ["kubectl \n \n", ["kubectl"]],
    ["a 'b c' d", ["a", "b c", "d"]],
    ["a'b c'd", ["ab cd"]],
    [String.raw`'a\b"c$d;e'`, [String.raw`a\b"c$d;e`]],
    ["''", [""]],
    ["a '' \"\" b", ["a", "", "", "b"]],
    [`"a b"'c d'e`, ["a bc de"]],
    ['"a\\"b\\\\c\\$d\\`e\\f"', ['a"b\\c$d`e\\f']],
    ['"a\\\nb"', ["ab"]],
    ['"a\nb"', ["a\nb"]],
    ["'a\nb'", ["a\nb"]],
    [String.raw`a\ b\;c\'d`, ["a b;c'd"]],
    ["kubectl \\\n  get", ["kubectl", "get"]],
    ["a\\\nb", ["ab"]],
    [String.raw`'it'\''s'`, ["it's"]],
    ["a#b a~b a=~ x:y,z@1%^+", ["a#b", "a~b", "a=~", "x:y,z@1%^+"]],
    ["é漢", ["é漢"]],
  ])("%j", (line, words) => {
    expect(split(line)).toEqual(words);
  });
});

function sign(character: string): string {
  return `${character} is for a shell, and none reads this line: put it in single quotes, or give one command at a time`;
}

describe("what a shell would do besides is refused", () => {
  test.each<readonly [string, string]>([
    ["kubectl get pods; id", sign(";")],
    ["kubectl get pods && id", sign("&")],
    ["kubectl get pods > x", sign(">")],
    ["kubectl get pods < x", sign("<")],
    ["kubectl get pods 2>&1", sign(">")],
    ["kubectl get $POD", sign("$")],
    ["kubectl get `id`", sign("`")],
    ["kubectl get $(id)", sign("$")],
    ["(kubectl get)", sign("(")],
    ["kubectl get)", sign(")")],
    ["kubectl get pod-*", sign("*")],
    ["kubectl get pod-?", sign("?")],
    ["kubectl get pod-[ab]", sign("[")],
    ["kubectl get pod-{a,b}", sign("{")],
    ["! kubectl get", sign("!")],
    ["kubectl get # all", sign("#")],
    ["kubectl get ~", sign("~")],
    ["kubectl get pods | sh", "| is for a shell: give a manifest behind the line, as in kubectl apply -f - <<'EOF'"],
    ["cat x | kubectl apply -f -", "| is for a shell: give a manifest behind the line, as in kubectl apply -f - <<'EOF'"],
    ["a || b", "| is for a shell: give a manifest behind the line, as in kubectl apply -f - <<'EOF'"],
    ["kubectl get\nkubectl delete", "there is more than one line: give one command at a time"],
    ["kubectl 'a", "a single quote is not closed"],
    ['kubectl "a', "a double quote is not closed"],
    [String.raw`kubectl "a\"`, "a double quote is not closed"],
    ['kubectl "a $b"', "a shell would expand $ inside double quotes: use single quotes"],
    ['kubectl "a `b`"', "a shell would expand ` inside double quotes: use single quotes"],
    ["kubectl \\", "the line ends with a backslash"],
    ["kubectl \r", "the line holds a control character or an unusual blank outside quotes"],
    ["kubectl\u00A0get", "the line holds a control character or an unusual blank outside quotes"],
    ["kubectl\u001Bget", "the line holds a control character or an unusual blank outside quotes"],
    ["kubectl '\0'", "the line holds a character that no command line can hold"],
    ["kubectl \uD800", "the line holds a character that no command line can hold"],
    ["x ".repeat(66), "the line has more than 64 words"],
    ["x".repeat(262_145), "the line is longer than 262144 characters"],
  ])("%j", (line, reason) => {
    expect(split(line)).toBe(reason);
  });
});

describe("a manifest comes along", () => {
  test.each<readonly [string, unknown]>([
    ["kubectl apply -f - <<'EOF'\na: 1\n b: $x\nEOF", { words: ["kubectl", "apply", "-f", "-"], manifest: "a: 1\n b: $x\n" }],
    ['kubectl apply -f - << "END" \na\nEND\n\n', { words: ["kubectl", "apply", "-f", "-"], manifest: "a\n" }],
    ["kubectl apply -f - <<EOF\nEOF", { words: ["kubectl", "apply", "-f", "-"], manifest: "" }],
    ["kubectl apply -f - <<EOF\n EOF\nEOFX\nEOF", { words: ["kubectl", "apply", "-f", "-"], manifest: " EOF\nEOFX\n" }],
    ["printf %s '{\"a\":1}' | kubectl create -f -", { words: ["kubectl", "create", "-f", "-"], manifest: '{"a":1}' }],
    ["kubectl a <<EOF\n$x\nEOF", "a shell would expand $, ` and \\ in this heredoc: write <<'EOF'"],
    ["kubectl a <<EOF\nx\\n\nEOF", "a shell would expand $, ` and \\ in this heredoc: write <<'EOF'"],
    ["kubectl a <<'EOF'\nx\n", "the heredoc is not closed by a line that is EOF"],
    ["kubectl a <<'EOF'\nx\nEOF\nid", "there is more than one line after the heredoc: give one command at a time"],
    ["kubectl a <<'EOF'; id\nx\nEOF", "a heredoc must be the end of its line, like this: kubectl apply -f - <<'EOF'"],
    ["kubectl a <<-EOF\nx\nEOF", "a heredoc must be the end of its line, like this: kubectl apply -f - <<'EOF'"],
    ["kubectl a <<<x", "a heredoc must be the end of its line, like this: kubectl apply -f - <<'EOF'"],
    ["printf %s 'a' | kubectl a <<EOF\nb\nEOF", "two manifests are given"],
    ["printf %s 'a' 'b' | kubectl a", "| is for a shell: give a manifest behind the line, as in kubectl apply -f - <<'EOF'"],
    ["printf '%b' 'a' | kubectl a", "| is for a shell: give a manifest behind the line, as in kubectl apply -f - <<'EOF'"],
    ["printf %s 'a' | printf %s 'b' | kubectl a", "| is for a shell: give a manifest behind the line, as in kubectl apply -f - <<'EOF'"],
    ["echo '{}' | kubectl create -f -", "| is for a shell: give a manifest behind the line, as in kubectl apply -f - <<'EOF'"],
  ])("%j", (line, expected) => {
    expect(split(line)).toEqual(expected);
  });
});

test("a real shell splits every line that is understood into the same words", () => {
  const dice = createDice(7);
  const pieces = [
    "a",
    "b c",
    "'",
    '"',
    "\\",
    "\\\n",
    " ",
    "\t",
    "-n",
    "=",
    "#",
    "~",
    "$",
    "`",
    ";",
    "|",
    "*",
    "{",
    "x\ny",
    "é",
    "%",
    "!",
    ",",
    "/",
    "''",
    '""',
    "<",
    "&",
  ];
  const lines: string[] = [];
  while (lines.length < 4_000) {
    const line = Array.from({ length: 1 + dice.roll(9) }, () => dice.pick(pieces)).join("");
    const read = wordsOf(line);
    if (read.ok && read.value.words.length > 0 && read.value.manifest === undefined) lines.push(line);
  }
  const script = `w() { printf '%s\\0' "$#" "$@"; }\n${lines.map((line) => `w ${line}\n`).join("")}`;
  const shell = spawnSync("sh", ["-s"], { input: script, encoding: "utf8", maxBuffer: 1 << 26 });
  expect(shell.stderr).toBe("");
  const ours = lines.flatMap((line) => {
    const words = split(line) as readonly string[];
    return [String(words.length), ...words];
  });
  expect(shell.stdout.split("\0").slice(0, -1)).toEqual(ours);
});
