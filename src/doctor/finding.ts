/** PURE. What the doctor found about one thing, and how it is printed: a line each, and what to do below what is wrong. */

export type Finding =
  | { readonly verdict: "well"; readonly about: string; readonly said: string }
  | { readonly verdict: "wrong"; readonly about: string; readonly said: string; readonly todo?: string }
  /** It cannot be tested, or there is nothing to test; no reason to fail. */
  | { readonly verdict: "untested"; readonly about: string; readonly said: string };

export function well(about: string, said: string): Finding {
  return { verdict: "well", about, said };
}

/** `todo`: what a person does about it; left out where another finding says so. */
export function wrong(about: string, said: string, todo?: string): Finding {
  return { verdict: "wrong", about, said, ...(todo === undefined ? {} : { todo }) };
}

export function untested(about: string, said: string): Finding {
  return { verdict: "untested", about, said };
}

export function isHealthy(findings: readonly Finding[]): boolean {
  return findings.every(({ verdict }) => verdict !== "wrong");
}

const marks = { well: "✓", wrong: "✗", untested: "-" } as const;

/** In the order given, and the sum of it at the end. */
export function printFindings(findings: readonly Finding[]): readonly string[] {
  const width = Math.max(0, ...findings.map(({ about }) => about.length));
  const lines = findings.flatMap((finding) => [
    `${marks[finding.verdict]} ${finding.about.padEnd(width)}  ${oneLine(finding.said)}`,
    ...(finding.verdict === "wrong" && finding.todo !== undefined ? [`  ${" ".repeat(width)}  → ${oneLine(finding.todo)}`] : []),
  ]);
  return [...lines, "", summary(findings)];
}

function summary(findings: readonly Finding[]): string {
  const count = findings.filter(({ verdict }) => verdict === "wrong").length;
  const tested = findings.filter(({ verdict }) => verdict !== "untested").length;
  if (count === 0) return `All is well: ${tested} ${tested === 1 ? "check" : "checks"}.`;
  return `${count} of ${tested} ${tested === 1 ? "check" : "checks"} failed.`;
}

/** What a server said may hold line ends and control characters. */
function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, " ").trim();
}
