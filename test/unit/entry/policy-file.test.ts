import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readConfig } from "../../../src/config.ts";
import { withPolicyFile } from "../../../src/entry/policy-file.ts";

const folder = mkdtempSync(join(tmpdir(), "stratus-policy-"));
const path = join(folder, "policy.yaml");
writeFileSync(path, "protected: [vault]\n");
afterAll(() => rmSync(folder, { recursive: true }));

describe("a policy in a file", () => {
  test("takes the place of the setting", () => {
    const complete = withPolicyFile({ STRATUS_POLICY_FILE: path, STRATUS_WEBHOOK_SECRET: "correct horse battery", STRATUS_POLICY: "" });
    expect(complete).toEqual({
      ok: true,
      value: { STRATUS_WEBHOOK_SECRET: "correct horse battery", STRATUS_POLICY: "protected: [vault]\n" },
    });
    expect(complete.ok && readConfig(complete.value)).toMatchObject({
      ok: true,
      value: { clusters: [{ policy: { protectedNamespaces: ["vault"] } }] },
    });
  });

  test("that is not named leaves the environment as it is", () => {
    const environment = { STRATUS_POLICY: "protected: [vault]", STRATUS_POLICY_FILE: "" };
    expect(withPolicyFile(environment)).toEqual({ ok: true, value: environment });
  });

  test.each([
    [{ STRATUS_POLICY_FILE: join(folder, "other.yaml") }, "STRATUS_POLICY_FILE cannot be read (ENOENT)"],
    [{ STRATUS_POLICY_FILE: folder }, "STRATUS_POLICY_FILE cannot be read (EISDIR)"],
    [{ STRATUS_POLICY_FILE: path, STRATUS_POLICY: "{}" }, "STRATUS_POLICY_FILE and STRATUS_POLICY exclude each other"],
  ])("%j: %s", (environment, reason) => {
    expect(withPolicyFile(environment)).toEqual({ ok: false, failure: { kind: "malformed", source: "environment", reason } });
  });

  test("where no file can be read the setting says so", () => {
    const config = readConfig({ STRATUS_WEBHOOK_SECRET: "correct horse battery", STRATUS_POLICY_FILE: "/etc/stratus/policy.yaml" });
    expect(!config.ok && config.failure.reason).toBe("STRATUS_POLICY_FILE no file can be read here: put its text into STRATUS_POLICY");
  });
});
