/**
 * PURE. Sets apart, for a model, what a cluster says from what we say. Every line of the data begins with a bar and a line
 * of ours never does, so no data can look like the end of the data, whatever it holds.
 */

/** What ends a line anywhere: also for whoever splits at Unicode's own line ends. */
const lineEnds = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/;

/** `title`: ours, one line. */
export function fenced(title: string, data: string): string {
  const lines = data.split(lineEnds).map((line) => `| ${line}`);
  return [`DATA ${title}`, ...lines, "END OF DATA"].join("\n");
}

/** Whole characters, and how much is missing. */
export function cut(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text;
  return `${text.slice(0, charactersMax).toWellFormed()} ... (${text.length - charactersMax} more characters)`;
}
