/** Whether the ledger keeps its one promise: a write that comes too late is refused. Leaves nothing behind. */
import { describeFailure } from "../failure.ts";
import type { Failure, Result } from "../failure.ts";
import type { LedgerPort } from "../ledger/ledger.ts";
import type { Finding } from "./finding.ts";
import { well, wrong } from "./finding.ts";

const key = { partition: "doctor", sort: "probe" } as const;
const triesMax = 3;

/** 1 read and 3 writes of one item of the doctor's own. */
export async function examineLedger(ledger: LedgerPort, name: string): Promise<readonly Finding[]> {
  const about = "ledger";
  const written = await writeProbe(ledger);
  if (!written.ok) return [wrong(about, `${name}: ${describeFailure(written.failure)}`, adviceFor(written.failure))];
  const late = await ledger.put({ ...key, version: written.value, body: "too late" });
  await ledger.remove(key, written.value);
  if (late.ok)
    return [wrong(about, `${name} took a write that came too late`, "do not use it: two processes could carry one incident at once")];
  if (late.failure.kind !== "conflict") return [wrong(about, `${name}: ${describeFailure(late.failure)}`, adviceFor(late.failure))];
  return [well(about, `${name}: reads, writes, and refuses a write that comes too late`)];
}

/** The version that was written. A doctor elsewhere may be at it too. */
async function writeProbe(ledger: LedgerPort): Promise<Result<number>> {
  for (let tries = 1; ; tries += 1) {
    const read = await ledger.get(key);
    if (!read.ok) return read;
    const version = (read.value?.version ?? 0) + 1;
    const put = await ledger.put({ ...key, version, body: "a probe of the doctor" });
    if (put.ok) return { ok: true, value: version };
    if (put.failure.kind !== "conflict" || tries >= triesMax) return put;
  }
}

function adviceFor(failure: Failure): string {
  return failure.kind === "unavailable"
    ? "check that the file's folder is there and writable (STRATUS_LEDGER), or that the table is reached (STRATUS_DYNAMODB_TABLE, AWS_REGION)"
    : "check STRATUS_LEDGER or STRATUS_DYNAMODB_TABLE, and that these credentials may use the table";
}
