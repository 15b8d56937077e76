/**
 * PURE. How a hypothesis words what came from the cluster. Text of foreign origin is made short and flat here, so that
 * no label, image or message can stretch or break a sentence; it is never parsed.
 */

/** One line of at most `charactersMax` characters, in double quotes. */
export function quoted(text: string, charactersMax = 120): string {
  const flat = text
    .replaceAll(/[^\x20-\x7e]+/g, " ")
    .replaceAll('"', "'")
    .trim();
  return `"${flat.length > charactersMax ? `${flat.slice(0, charactersMax)}...` : flat}"`;
}

/** `a, b, c and 4 more`. */
export function listed(names: readonly string[], namesMax = 3): string {
  const shown = names.slice(0, namesMax).join(", ");
  return names.length > namesMax ? `${shown} and ${names.length - namesMax} more` : shown;
}
