/**
 * PURE. Patterns over JSON Pointers: `*` is any one segment, a trailing `/**` the place itself and all below it. A slash
 * within a name is written `~1`, as in a pointer.
 */
import { segmentsOf } from "../kubernetes/json.ts";

export function matchesPattern(path: string, pattern: string): boolean {
  const open = pattern.endsWith("/**");
  const wanted = segmentsOf(open ? pattern.slice(0, -3) : pattern);
  const found = segmentsOf(path);
  if (open ? found.length < wanted.length : found.length !== wanted.length) return false;
  return wanted.every((segment, index) => (segment === "*" ? found[index] !== "" : segment === found[index]));
}
