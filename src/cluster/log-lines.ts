/** PURE. What of the bytes of a log is answered: whole lines, the same from the real API and from the in-memory cluster. */
import type { ContainerLog } from "./cluster.ts";

/** `bytes`: of the text as it came. As many as were allowed: it was cut off there, in the middle of a line perhaps. */
export function logOf(text: string, bytes: number, bytesMax: number): ContainerLog {
  const isCut = bytes >= bytesMax;
  const lines = text.split("\n");
  // Half a line may hold half a secret, which nobody would recognize.
  if (isCut || lines.at(-1) === "") lines.pop();
  return { lines, isCut };
}
