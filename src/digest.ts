/** Names for what has none: the start of a SHA-256, in hex digits. Never for secrets: who knows the text knows its digest. */

export async function digestOf(text: string, bytes: number): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(digest.slice(0, bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
