/**
 * The bearer token that an EKS API server takes: a presigned request to STS, which the server sends to learn who signed
 * it. Nothing is sent from here, and the secret key goes nowhere. Only web APIs.
 */
import type { Clock } from "../clock.ts";
import type { ApiAccess } from "./request.ts";

export interface EksOptions {
  readonly clusterName: string;
  /** Of the STS endpoint; EKS takes any region of the cluster's partition. */
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
  readonly clock: Pick<Clock, "nowMs">;
}

/** EKS takes a token for 15 minutes from its signing, whatever the URL says (aws-iam-authenticator, pkg/token). */
const keptMs = 10 * 60_000;
/** What `aws eks get-token` asks for. */
const expiresS = 60;

/** Signs anew when the last token is 10 minutes old or was turned away. */
export function eksAuthorization(options: EksOptions): ApiAccess["authorize"] {
  let signed: { readonly token: string; readonly atMs: number } | undefined;
  return async (fresh) => {
    const nowMs = options.clock.nowMs();
    if (signed === undefined || fresh || Math.abs(nowMs - signed.atMs) > keptMs) signed = { token: await eksToken(options), atMs: nowMs };
    return { authorization: `Bearer ${signed.token}` };
  };
}

/** `k8s-aws-v1.` and the presigned URL in unpadded base64url. Source: aws-iam-authenticator, "API Authorization from Outside a Cluster". */
export async function eksToken(options: EksOptions): Promise<string> {
  const bytes = new TextEncoder().encode(await presignedIdentityUrl(options));
  const base64 = btoa(String.fromCharCode(...bytes));
  return `k8s-aws-v1.${base64.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
}

/** GetCallerIdentity, signed with Signature Version 4 in the query (AWS IAM User Guide, "Create a signed AWS API request"). */
async function presignedIdentityUrl({ clusterName, region, credentials, clock }: EksOptions): Promise<string> {
  const host = `sts.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;
  const time = new Date(clock.nowMs()).toISOString().replace(/[-:]|\.\d{3}/g, "");
  const date = time.slice(0, 8);
  const scope = `${date}/${region}/sts/aws4_request`;
  const query = canonicalQuery({
    Action: "GetCallerIdentity",
    Version: "2011-06-15",
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": `${credentials.accessKeyId}/${scope}`,
    "X-Amz-Date": time,
    "X-Amz-Expires": String(expiresS),
    "X-Amz-SignedHeaders": "host;x-k8s-aws-id",
    ...(credentials.sessionToken === undefined ? {} : { "X-Amz-Security-Token": credentials.sessionToken }),
  });
  const headers = `host:${host}\nx-k8s-aws-id:${clusterName}\n`;
  const request = `GET\n/\n${query}\n${headers}\nhost;x-k8s-aws-id\n${await sha256("")}`;
  const toSign = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${await sha256(request)}`;
  let key: Uint8Array<ArrayBuffer> = new TextEncoder().encode(`AWS4${credentials.secretAccessKey}`);
  for (const part of [date, region, "sts", "aws4_request"]) key = await hmac(key, part);
  return `https://${host}/?${query}&X-Amz-Signature=${hex(await hmac(key, toSign))}`;
}

function canonicalQuery(parameters: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(parameters).map(([name, value]) => `${encode(name)}=${encode(value)}`);
  return pairs.toSorted((left, right) => (left < right ? -1 : 1)).join("&");
}

/** RFC 3986, as the signature wants it: encodeURIComponent leaves five characters too many. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

async function sha256(text: string): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
}

async function hmac(key: Uint8Array<ArrayBuffer>, text: string): Promise<Uint8Array<ArrayBuffer>> {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, new TextEncoder().encode(text)));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
