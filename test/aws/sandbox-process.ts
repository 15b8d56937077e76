/** The inside of a sandbox: loads the bundled handler as the Lambda runtime does and invokes it, one event at a time. */
import { randomUUID } from "node:crypto";

interface Invocation {
  readonly event: unknown;
  readonly timeoutMs: number;
  readonly trace: string;
}
type Handler = (event: unknown, context: unknown) => Promise<unknown>;

const bundle = process.argv[2] ?? "";
const { handler } = (await import(bundle)) as { handler: Handler };

process.on("message", ({ event, timeoutMs, trace }: Invocation) => {
  // The SDK reads it from here and puts it on what it sends: that is how Lambda finds a loop.
  process.env["_X_AMZN_TRACE_ID"] = trace;
  const endsAtMs = performance.now() + timeoutMs;
  const context = {
    awsRequestId: randomUUID(),
    functionName: process.env["AWS_LAMBDA_FUNCTION_NAME"],
    getRemainingTimeInMillis: () => Math.round(endsAtMs - performance.now()),
  };
  handler(event, context).then(
    (answer) => process.send?.({ answer }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.send?.("ready");
