/** PURE. Alertmanager's own fingerprint of a label set, for the senders that leave it out. */

type Labels = Readonly<Record<string, string>>;

const offsetBasis = 0xcbf29ce484222325n;
const prime = 0x100000001b3n;
/** A byte that valid UTF-8 never contains, so that `a=bc` and `ab=c` differ. */
const separator = 0xff;

/**
 * FNV-1a, 64 bit, over the sorted labels, as 16 hex digits: the same value that Alertmanager prints
 * (prometheus/common, model/signature.go, labelSetToFingerprint).
 */
export function fingerprintOf(labels: Labels): string {
  const encoder = new TextEncoder();
  let hash = offsetBasis;
  const mix = (byte: number): void => {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * prime);
  };
  for (const name of Object.keys(labels).sort()) {
    for (const byte of encoder.encode(name)) mix(byte);
    mix(separator);
    for (const byte of encoder.encode(labels[name] ?? "")) mix(byte);
    mix(separator);
  }
  return hash.toString(16).padStart(16, "0");
}
