/**
 * The requests that the engine sends, written down, and sent again by themselves: the same methods, paths and bodies over one
 * kept connection, with nothing in between but the resourceVersion of the object as it is now.
 */
import { Agent, request } from "node:https";
import type { ApiAccess, Fetch } from "../../src/cluster/request.ts";

export interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly contentType: string | undefined;
  readonly body: string | undefined;
}

export interface Recording {
  readonly access: ApiAccess;
  /**
   * Those since it was last asked, in the order in which they were begun. What was turned away with 409, because a controller was
   * faster, is not among them: it was sent again.
   */
  take(): readonly SentRequest[];
}

export function recorded(access: ApiAccess): Recording {
  let sent: { readonly request: SentRequest; conflicted: boolean }[] = [];
  const fetch: Fetch = async (url, init) => {
    const one = {
      request: {
        method: init.method ?? "GET",
        path: url.slice(access.server.length),
        contentType: (init.headers as Readonly<Record<string, string>>)["content-type"],
        body: typeof init.body === "string" ? init.body : undefined,
      },
      conflicted: false,
    };
    sent.push(one);
    const response = await access.fetch(url, init);
    one.conflicted = response.status === 409;
    return response;
  };
  return {
    access: { ...access, fetch },
    take() {
      const taken = sent.filter(({ conflicted }) => !conflicted).map((one) => one.request);
      sent = [];
      return taken;
    },
  };
}

export interface Keys {
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
}

export interface Bare {
  /** Throws when an answer is no success: then it was not the same work. */
  send(requests: readonly SentRequest[]): Promise<void>;
  close(): void;
}

const conflictsMax = 20;

export function bareSender(server: string, keys: Keys): Bare {
  const agent = new Agent({ ...keys, keepAlive: true, maxSockets: 1 });
  const versions = new Map<string, string>();

  function call({ method, path, contentType, body }: SentRequest): Promise<{ readonly status: number; readonly text: string }> {
    return new Promise((resolve, reject) => {
      const type = contentType === undefined ? {} : { "content-type": contentType };
      const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
      const sent = request(
        `${server}${path}`,
        { method, agent, headers: { accept: "application/json", ...type, ...length } },
        (response) => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (part: string) => (text += part));
          response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
        },
      );
      sent.on("error", reject);
      sent.end(body);
    });
  }

  async function sendOne(one: SentRequest, conflicts: number): Promise<void> {
    const [place = "", query = ""] = one.path.split("?");
    const version = versions.get(place);
    const body = version === undefined ? one.body : one.body?.replace(versionOperation, `$1"${version}"`);
    const answer = await call({ ...one, ...(body === undefined ? {} : { body }) });
    const now = versionIn.exec(answer.text)?.[1];
    if (answer.status >= 200 && answer.status < 300) {
      if (now !== undefined && !query.includes("limit=")) versions.set(place, now);
      return;
    }
    // Whether a mark has reached this copy of the template yet is a matter of the controller's pace.
    if (answer.status === 422 && place.includes("/replicasets/")) return;
    if (answer.status !== 409 || conflicts >= conflictsMax)
      throw new Error(`${one.method} ${one.path}: ${answer.status} ${answer.text.slice(0, 300)}`);
    // A controller was faster; the engine, too, reads again and goes on.
    await sendOne({ method: "GET", path: place, contentType: undefined, body: undefined }, conflicts);
    await sendOne(one, conflicts + 1);
  }

  return {
    async send(requests) {
      for (const one of requests) await sendOne(one, 0);
    },
    close: () => agent.destroy(),
  };
}

/** The first one of an object is its own: those of its managed fields have none. */
const versionIn = /"resourceVersion":"(\d+)"/;
const versionOperation = /("path":"\/metadata\/resourceVersion","value":)"\d+"/;
