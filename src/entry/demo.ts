/** `npm run demo`: the whole story on an in-memory cluster, printed. */
import { runDemo } from "../demo/demo.ts";

const startedMs = performance.now();
const went = await runDemo((line) => process.stdout.write(`${line}\n`));
const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
process.stdout.write(went ? `Told in ${seconds} s.\n` : "The demo did not end as it should.\n");
process.exitCode = went ? 0 : 1;
