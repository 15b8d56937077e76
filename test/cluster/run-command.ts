// A command line whose exit code is what `main` answers; what the cluster's side complains of is one sentence, and no stack.

import { ClusterFailure } from "./failure.ts";

export async function runCommand(main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof ClusterFailure)) throw error;
    process.stderr.write(`${error.message}${error.logPath === undefined ? "" : `\nlog: ${error.logPath}`}\n`);
    process.exitCode = 1;
  }
}
