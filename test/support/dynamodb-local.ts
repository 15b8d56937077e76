/**
 * Amazon's own DynamoDB Local, when the environment variable `STRATUS_TEST_DYNAMODB_LOCAL` names its jar: its licence
 * keeps it out of this repository. See test/contract/README.md.
 */
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";
import { startDynalite, type LocalDynamodb } from "./dynalite.ts";

export const startedWithinMs = 60_000;

/** Everything that speaks DynamoDB's protocol here. */
export function localDynamodbs(): readonly (readonly [name: string, start: () => Promise<LocalDynamodb>])[] {
  const jar = process.env["STRATUS_TEST_DYNAMODB_LOCAL"];
  return [["dynalite", startDynalite], ...(jar === undefined ? [] : [["DynamoDB Local", () => startDynamodbLocal(jar)] as const])];
}

/** In memory, in a process of its own that needs Java 17. */
async function startDynamodbLocal(jar: string): Promise<LocalDynamodb> {
  const port = await freePort();
  const options = ["-inMemory", "-disableTelemetry", "-port", String(port)];
  const child = spawn("java", ["-Djava.library.path=./DynamoDBLocal_lib", "-jar", jar, ...options], { cwd: dirname(jar), stdio: "ignore" });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const failed = new Promise<never>((_, reject) => child.once("error", reject));
  const endpoint = `http://127.0.0.1:${port}`;
  for (const sinceMs = performance.now(); !(await Promise.race([answers(endpoint), failed]));) {
    if (performance.now() - sinceMs > startedWithinMs || child.exitCode !== null)
      throw new Error(`DynamoDB Local does not start from ${jar}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    connection: { endpoint, region: "eu-central-1", credentials: { accessKeyId: "localKeyId", secretAccessKey: "localSecretKey" } },
    async stop() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** Any answer will do: a bare GET is refused by what is ready. */
async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url)).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
