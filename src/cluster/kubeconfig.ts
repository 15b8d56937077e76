/**
 * How this Node process reaches its cluster: the current kubeconfig (KUBECONFIG, `~/.kube/config`) or the pod's service
 * account. The only file that imports the Kubernetes SDK, and only for contexts and credentials.
 */
import * as http from "node:http";
import * as https from "node:https";
import { KubeConfig } from "@kubernetes/client-node";
import { refused, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import { httpsFetch } from "./https-fetch.ts";
import type { ApiAccess } from "./request.ts";

/** A kept connection that was idle this long is closed by us, before the server does it under a request. */
const idleMs = 30_000;

/** The context that the SDK makes up, for localhost:8080, when it finds nothing. */
const sdkFallback = "loaded-context";

/** `context`: another than the current one. Fails with `refused` when there is no usable kubeconfig; the reason names neither its path nor its content. */
export function currentKubeconfig(context?: string): Result<ApiAccess> {
  return accessOf(() => {
    const config = new KubeConfig();
    config.loadFromDefault();
    return config;
  }, context);
}

/** As `currentKubeconfig`, for the text of a kubeconfig. Relative file names in it are not resolved. */
export function kubeconfigFromText(text: string, context?: string): Result<ApiAccess> {
  return accessOf(() => {
    const config = new KubeConfig();
    config.loadFromString(text);
    return config;
  }, context);
}

function accessOf(loadCurrent: () => KubeConfig, context: string | undefined): Result<ApiAccess> {
  let config: KubeConfig;
  const load = (): KubeConfig => {
    const loaded = loadCurrent();
    if (context !== undefined) loaded.setCurrentContext(context);
    return loaded;
  };
  try {
    config = load();
  } catch {
    return refused("the kubeconfig cannot be read");
  }
  const server = config.getCurrentCluster()?.server;
  if (server === undefined)
    return refused(`the kubeconfig has no ${context === undefined ? "current context" : `context ${context}`} with a cluster`);
  if (config.getCurrentContext() === sdkFallback) return refused("there is no kubeconfig, and this is not a pod with a service account");
  const connection = keptConnection();
  return success({
    server,
    fetch: httpsFetch(() => connection.agent()),
    async authorize(fresh) {
      // The SDK re-reads a token file every minute and runs an exec plugin when its token expires; a 401 drops both caches.
      if (fresh) config = load();
      const options: https.RequestOptions = {};
      await permitPlainHttp(config).applyToHTTPSOptions(options);
      connection.use(server, options, config.getCurrentCluster()?.proxyUrl !== undefined);
      return authorizationOf(options);
    },
  });
}

/** The SDK refuses a plain-HTTP server (`kubectl proxy`) unless told that no TLS is to be verified. */
function permitPlainHttp(config: KubeConfig): KubeConfig {
  config.clusters = config.clusters.map((cluster) => (cluster.server.startsWith("http:") ? { ...cluster, skipTLSVerify: true } : cluster));
  return config;
}

function authorizationOf(options: https.RequestOptions): Record<string, string> {
  if (typeof options.auth === "string") return { authorization: `Basic ${Buffer.from(options.auth).toString("base64")}` };
  const headers = new Headers(options.headers as Record<string, string> | undefined);
  const authorization = headers.get("authorization");
  return authorization === null ? {} : { authorization };
}

interface KeptConnection {
  agent(): http.Agent;
  use(server: string, options: https.RequestOptions, proxied: boolean): void;
}

/** One agent for as long as the keys stay the same; an older one ends its requests and lets its connections go idle. */
function keptConnection(): KeptConnection {
  let agent: http.Agent = new http.Agent({ keepAlive: true, timeout: idleMs });
  let keys = "";
  return {
    agent: () => agent,
    use(server, options, proxied) {
      if (proxied && options.agent instanceof http.Agent) {
        agent = options.agent;
        return;
      }
      if (!server.startsWith("https:")) return;
      const { ca, cert, key, passphrase, servername, rejectUnauthorized } = options;
      const given = Object.fromEntries(
        Object.entries({ ca, cert, key, passphrase, servername, rejectUnauthorized }).filter(([, value]) => value !== undefined),
      );
      const now = JSON.stringify(given);
      if (now === keys) return;
      keys = now;
      agent = new https.Agent({ keepAlive: true, timeout: idleMs, ...given });
    },
  };
}
