import { describe, expect, test } from "vitest";
import { eksAuthorization, eksToken } from "../../../src/cluster/eks-token.ts";
import type { EksOptions } from "../../../src/cluster/eks-token.ts";

/** The credentials of AWS' own signing tests. */
const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const options: EksOptions = {
  clusterName: "production",
  region: "eu-central-1",
  credentials: { ...keys, sessionToken: "6e86291e/8372+ff2a==" },
  clock: { nowMs: () => Date.UTC(2015, 7, 30, 12, 36, 0) },
};

function urlIn(token: string): URL {
  return new URL(Buffer.from(token.slice("k8s-aws-v1.".length), "base64url").toString("utf8"));
}

describe("a token for EKS", () => {
  test("it is an address of STS in base64url without padding", async () => {
    const token = await eksToken(options);
    expect(token).toMatch(/^k8s-aws-v1\.[\w-]+$/);
    const url = urlIn(token);
    expect(url.origin + url.pathname).toBe("https://sts.eu-central-1.amazonaws.com/");
    const { "X-Amz-Signature": signature, ...query } = Object.fromEntries(url.searchParams);
    expect(query).toEqual({
      Action: "GetCallerIdentity",
      Version: "2011-06-15",
      "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
      "X-Amz-Credential": "AKIDEXAMPLE/20150830/eu-central-1/sts/aws4_request",
      "X-Amz-Date": "20150830T123600Z",
      "X-Amz-Expires": "60",
      "X-Amz-SignedHeaders": "host;x-k8s-aws-id",
      "X-Amz-Security-Token": "6e86291e/8372+ff2a==",
    });
    expect(signature).toBe("3a3b36030ba1eb20d005d1827443601c1c4183c2fa3f619bdbb0d5d4919f8ece");
  });

  // What botocore 1.44 signs (SigV4QueryAuth) for the same request at the same time.
  test.each([
    {
      region: "us-east-1",
      host: "sts.us-east-1.amazonaws.com",
      signature: "5bdb4b231f45376105e9de871270172b81ca580f946cafa6c5ab3232d0bf50a7",
    },
    {
      region: "cn-north-1",
      host: "sts.cn-north-1.amazonaws.com.cn",
      signature: "5f1feaa63fb3927edd6ee60885bcaf1072be9c679da10dc912db139d82099118",
    },
  ])("in $region it is signed as botocore signs it", async ({ region, host, signature }) => {
    const url = urlIn(await eksToken({ ...options, region, credentials: keys }));
    expect([url.host, url.searchParams.get("X-Amz-Signature")]).toEqual([host, signature]);
  });

  test("it never holds the secret key", async () => {
    expect(urlIn(await eksToken(options)).href).not.toContain("wJalrXUtnFEMI");
  });

  test("it is signed anew after 10 minutes, and when it was turned away", async () => {
    let nowMs = Date.UTC(2026, 0, 5);
    const authorize = eksAuthorization({ ...options, clock: { nowMs: () => nowMs } });
    const first = await authorize(false);
    nowMs += 600_000;
    expect(await authorize(false)).toEqual(first);
    const second = await authorize(true);
    expect(second).not.toEqual(first);
    nowMs += 600_001;
    expect(await authorize(false)).not.toEqual(second);
  });
});
