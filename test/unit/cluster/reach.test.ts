import { describe, expect, test } from "vitest";
import { directAccess } from "../../../src/cluster/reach.ts";

const clock = { nowMs: () => Date.UTC(2026, 10, 20, 12) };
const aws = { region: "eu-central-1", credentials: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "not-to-be-sent" } };

describe("a cluster that is reached by its address", () => {
  test("with a token", async () => {
    const access = directAccess({ by: "token", url: "https://east.example:6443", token: "abc", ca: "PEM" }, { aws: undefined, clock });
    expect(access).toMatchObject({ ok: true, value: { server: "https://east.example:6443", ca: "PEM" } });
    expect(access.ok && (await access.value.authorize(false))).toEqual({ authorization: "Bearer abc" });
  });

  test("with a token that AWS credentials sign", async () => {
    const access = directAccess({ by: "eks", url: "https://eks.example", clusterName: "production" }, { aws, clock });
    const headers = access.ok ? await access.value.authorize(false) : {};
    expect(headers["authorization"]).toMatch(/^Bearer k8s-aws-v1\.[\w-]+$/);
    expect(JSON.stringify(headers)).not.toContain("not-to-be-sent");
  });

  test.each([
    {
      reach: { by: "eks", url: "https://eks.example", clusterName: "production" },
      reason: "AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set: they sign the token for EKS",
    },
    {
      reach: { by: "kubeconfig" },
      reason: "no kubeconfig can be read here: the API server's address and a token, or the name of an EKS cluster, must be set",
    },
  ] as const)("by $reach.by is refused where that cannot be", ({ reach, reason }) => {
    expect(directAccess(reach, { aws: undefined, clock })).toEqual({ ok: false, failure: { kind: "refused", reason } });
  });
});
