/** AWS' protocols on loopback by moto, in a process of its own, and the few calls that tests make of it. */
import { execFileSync, spawn } from "node:child_process";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const region = "eu-central-1";
/** moto's only account. */
export const account = "123456789012";
export const credentials = { accessKeyId: "local-key-id", secretAccessKey: "local-secret-key" };

const programs = join(tmpdir(), "stratus-aws-venv", "bin");
const startedWithinMs = 60_000;

export interface Moto {
  readonly url: string;
  /** AWS JSON 1.0: SQS. Throws what moto answers when it is no success. */
  json(service: string, target: string, input: unknown): Promise<Readonly<Record<string, unknown>>>;
  /** AWS Query: CloudFormation. The XML as it comes. */
  query(service: string, action: string, parameters: Readonly<Record<string, string>>): Promise<string>;
  /** AWS REST: Lambda, S3, Secrets Manager. */
  rest(service: string, method: string, path: string, body?: string): Promise<string>;
  stop(): Promise<void>;
}

/** Installs what is missing, at the first time in a minute or so. */
export function installAwsTools(): void {
  execFileSync("sh", [fileURLToPath(new URL("install.sh", import.meta.url))], { stdio: ["ignore", "ignore", "inherit"] });
}

/** cfn-lint, or Python itself: what it prints, and its exit code. */
export function runPython(
  program: "cfn-lint" | "python",
  commandLine: readonly string[],
): { readonly code: number; readonly output: string } {
  try {
    return { code: 0, output: execFileSync(join(programs, program), commandLine, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }) };
  } catch (error) {
    const { status, stdout, stderr } = error as { status?: number; stdout?: string; stderr?: string };
    return { code: status ?? 1, output: `${stdout ?? ""}${stderr ?? ""}` };
  }
}

export async function startMoto(): Promise<Moto> {
  installAwsTools();
  const port = await freePort();
  const child = spawn(join(programs, "moto_server"), ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = `http://127.0.0.1:${port}`;
  for (const sinceMs = performance.now(); !(await answers(url));) {
    if (performance.now() - sinceMs > startedWithinMs || child.exitCode !== null) throw new Error("moto does not start");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }

  async function call(service: string, path: string, init: RequestInit): Promise<string> {
    const scope = `${credentials.accessKeyId}/20260101/${region}/${service}/aws4_request`;
    const headers = {
      ...(init.headers as Record<string, string>),
      // moto reads service and region from it and verifies nothing.
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`,
    };
    const response = await fetch(url + path, { ...init, headers });
    const text = await response.text();
    if (!response.ok) throw new Error(`${service} ${path}: ${response.status} ${text.slice(0, 2_000)}`);
    return text;
  }

  return {
    url,
    async json(service, target, input) {
      const headers = { "content-type": "application/x-amz-json-1.0", "x-amz-target": target };
      return JSON.parse((await call(service, "/", { method: "POST", headers, body: JSON.stringify(input) })) || "{}") as Record<
        string,
        unknown
      >;
    },
    query: (service, action, parameters) =>
      call(service, "/", {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ Action: action, ...parameters }).toString(),
      }),
    rest: (service, method, path, body) => call(service, path, { method, headers: {}, ...(body === undefined ? {} : { body }) }),
    async stop() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/moto-api/`)).ok;
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
