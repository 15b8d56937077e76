import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readConfig } from "../../../src/config.ts";
import { withSettingFiles } from "../../../src/entry/setting-file.ts";

const folder = mkdtempSync(join(tmpdir(), "stratus-settings-"));
const path = join(folder, "policy.yaml");
const objectives = join(folder, "objectives.yaml");
writeFileSync(path, "protected: [vault]\n");
writeFileSync(objectives, "- { preset: istio, service: checkout, namespace: shop, errorRatioMax: 0.05 }\n");
afterAll(() => rmSync(folder, { recursive: true }));

const secret = { STRATUS_WEBHOOK_SECRET: "correct horse battery" };

describe("a setting in a file", () => {
  test("takes the place of the setting", () => {
    const complete = withSettingFiles({ STRATUS_POLICY_FILE: path, ...secret, STRATUS_POLICY: "" });
    expect(complete).toEqual({ ok: true, value: { ...secret, STRATUS_POLICY: "protected: [vault]\n" } });
    expect(complete.ok && readConfig(complete.value)).toMatchObject({
      ok: true,
      value: { clusters: [{ policy: { protectedNamespaces: ["vault"] } }] },
    });
  });

  test("may be the objectives too", () => {
    const files = { STRATUS_OBJECTIVES_FILE: objectives, STRATUS_POLICY_FILE: path };
    const complete = withSettingFiles({ ...secret, STRATUS_PROMETHEUS_URL: "http://prometheus", ...files });
    expect(complete.ok && readConfig(complete.value)).toMatchObject({
      ok: true,
      value: { clusters: [{ objectives: [{ name: "checkout errors" }], policy: { protectedNamespaces: ["vault"] } }] },
    });
  });

  test("that is not named leaves the environment as it is", () => {
    const environment = { STRATUS_POLICY: "protected: [vault]", STRATUS_POLICY_FILE: "" };
    expect(withSettingFiles(environment)).toEqual({ ok: true, value: environment });
  });

  test.each([
    [{ STRATUS_POLICY_FILE: join(folder, "other.yaml") }, "STRATUS_POLICY_FILE cannot be read (ENOENT)"],
    [{ STRATUS_POLICY_FILE: folder }, "STRATUS_POLICY_FILE cannot be read (EISDIR)"],
    [{ STRATUS_POLICY_FILE: path, STRATUS_POLICY: "{}" }, "STRATUS_POLICY_FILE and STRATUS_POLICY exclude each other"],
    [
      { STRATUS_POLICY_FILE: path, STRATUS_POLICY: "{}", STRATUS_OBJECTIVES_FILE: folder },
      "STRATUS_POLICY_FILE and STRATUS_POLICY exclude each other\nSTRATUS_OBJECTIVES_FILE cannot be read (EISDIR)",
    ],
  ])("%j: %s", (environment, reason) => {
    expect(withSettingFiles(environment)).toEqual({ ok: false, failure: { kind: "malformed", source: "environment", reason } });
  });

  test.each(["STRATUS_POLICY", "STRATUS_OBJECTIVES"])("where no file can be read %s_FILE says so", (setting) => {
    const config = readConfig({ ...secret, [`${setting}_FILE`]: "/etc/stratus/setting.yaml" });
    expect(!config.ok && config.failure.reason).toBe(`${setting}_FILE no file can be read here: put its text into ${setting}`);
  });
});
