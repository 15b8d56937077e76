/** Any way to reach a cluster, for a Node process: a kubeconfig's context, or an address with an authority of its own. */
import * as http from "node:http";
import * as https from "node:https";
import { success } from "../failure.ts";
import type { Result } from "../failure.ts";
import { httpsFetch } from "./https-fetch.ts";
import { currentKubeconfig } from "./kubeconfig.ts";
import { directAccess } from "./reach.ts";
import type { Reach, Signing } from "./reach.ts";
import type { ApiAccess } from "./request.ts";

/** Fails with `refused` when the kubeconfig has no such context, or credentials are missing. Opens no connection. */
export function nodeAccess(reach: Reach, signing: Signing): Result<ApiAccess> {
  if (reach.by === "kubeconfig") return currentKubeconfig(reach.context);
  const access = directAccess(reach, signing);
  return access.ok ? success({ ...access.value, fetch: httpsFetch(keptAgent(access.value.server, access.value.ca)) }) : access;
}

function keptAgent(server: string, ca: string | undefined): () => http.Agent {
  const agent = server.startsWith("https:")
    ? new https.Agent({ keepAlive: true, ...(ca === undefined ? {} : { ca }) })
    : new http.Agent({ keepAlive: true });
  return () => agent;
}
