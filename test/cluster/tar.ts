// Writes a tar archive (POSIX ustar) in memory: all that an image layer needs, with no time in it, so that equal files
// give an equal digest.

export type Entry =
  | { readonly kind: "file"; readonly path: string; readonly content: Uint8Array; readonly mode: number }
  | { readonly kind: "folder"; readonly path: string; readonly mode: number }
  | { readonly kind: "link"; readonly path: string; readonly target: string };

const blockBytes = 512;
const pathBytesMax = 100;
const typeFlags = { file: "0", folder: "5", link: "2" } as const;

export function tar(entries: readonly Entry[]): Buffer {
  const parts: Uint8Array[] = [];
  for (const entry of entries) {
    const content = entry.kind === "file" ? entry.content : new Uint8Array();
    parts.push(header(entry, content.length), content);
    const rest = content.length % blockBytes;
    if (rest > 0) parts.push(new Uint8Array(blockBytes - rest));
  }
  parts.push(new Uint8Array(2 * blockBytes));
  return Buffer.concat(parts);
}

function header(entry: Entry, bytes: number): Buffer {
  if (Buffer.byteLength(entry.path) > pathBytesMax) throw new Error(`path too long for a plain tar: ${entry.path}`);
  const block = Buffer.alloc(blockBytes);
  const octal = (value: number, at: number, length: number): number => block.write(value.toString(8).padStart(length - 1, "0"), at);
  block.write(entry.path, 0);
  octal(entry.kind === "link" ? 0o777 : entry.mode, 100, 8);
  octal(0, 108, 8); // owner: root
  octal(0, 116, 8); // group: root
  octal(bytes, 124, 12);
  octal(0, 136, 12); // changed at: the epoch
  block.fill(" ", 148, 156); // the checksum counts its own field as blanks
  block.write(typeFlags[entry.kind], 156);
  if (entry.kind === "link") block.write(entry.target, 157);
  block.write("ustar\u000000", 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}
