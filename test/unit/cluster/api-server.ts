/** An HTTP server that answers as the Kubernetes API does, one scripted answer after another. For tests of the client. */
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { onTestFinished } from "vitest";
import type { Json } from "../../../src/kubernetes/json.ts";

export interface ScriptedAnswer {
  readonly status: number;
  readonly body?: Json | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `drop`: the connection ends without an answer. `hang`: no answer ever comes. */
export type Scripted = ScriptedAnswer | "drop" | "hang";

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly body: string;
}

export interface ApiServer {
  readonly server: string;
  readonly seen: readonly SeenRequest[];
  /** How many connections were opened. */
  connections(): number;
}

/** Closed when the test is over. A request beyond the script is answered with status 418. */
export async function apiServer(...script: readonly Scripted[]): Promise<ApiServer> {
  const seen: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const answer = script[seen.length] ?? { status: 418 };
      seen.push({ method, url, authorization: headers.authorization, contentType: headers["content-type"], body });
      if (answer === "hang") return;
      if (answer === "drop") {
        request.socket.destroy();
        return;
      }
      response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers });
      response.end(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body ?? {}));
    });
  });
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { server: `http://127.0.0.1:${port}`, seen, connections: () => sockets.size };
}

/** `metav1.Status`, the API's account of a failure. */
export function status(code: number, reason: string, message: string, headers: Readonly<Record<string, string>> = {}): ScriptedAnswer {
  return { status: code, headers, body: { kind: "Status", apiVersion: "v1", status: "Failure", message, reason, code } };
}
