/** How the API server of one cluster is reached, and by which credentials. Opens no connection; knows no runtime. */
import type { Clock } from "../clock.ts";
import { refused, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import { eksAuthorization } from "./eks-token.ts";
import type { EksOptions } from "./eks-token.ts";
import type { ApiAccess } from "./request.ts";

export type Reach =
  /** `context` of the kubeconfig; the current one, or the pod's service account, when left out. */
  | { readonly by: "kubeconfig"; readonly context?: string | undefined }
  /** `ca`: PEM, when no public authority vouches for the server. */
  | { readonly by: "token"; readonly url: string; readonly token: string; readonly ca?: string | undefined }
  /** A token that the AWS credentials sign. */
  | { readonly by: "eks"; readonly url: string; readonly clusterName: string; readonly ca?: string | undefined };

/** How to get there is the runtime's business, and so is `ca`. */
export interface DirectAccess extends Omit<ApiAccess, "fetch"> {
  readonly ca: string | undefined;
}

export interface Signing {
  readonly clock: Pick<Clock, "nowMs">;
  readonly aws: Pick<EksOptions, "region" | "credentials"> | undefined;
}

/** `refused` for a kubeconfig, and for EKS without AWS credentials. */
export function directAccess(reach: Reach, { aws, clock }: Signing): Result<DirectAccess> {
  switch (reach.by) {
    case "token": {
      const headers = { authorization: `Bearer ${reach.token}` };
      return success({ server: reach.url, ca: reach.ca, authorize: () => Promise.resolve(headers) });
    }
    case "eks": {
      if (aws === undefined)
        return refused("AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set: they sign the token for EKS");
      const { clusterName } = reach;
      return success({ server: reach.url, ca: reach.ca, authorize: eksAuthorization({ ...aws, clusterName, clock }) });
    }
    case "kubeconfig":
      return refused("no kubeconfig can be read here: the API server's address and a token, or the name of an EKS cluster, must be set");
    default:
      return reach satisfies never;
  }
}
