/** Puts the text of STRATUS_POLICY_FILE where config.ts looks for it, which reads no file. Read once, at the start. */
import { readFileSync } from "node:fs";
import type { Environment } from "../config.ts";
import { malformed, success } from "../failure.ts";
import type { Result } from "../failure.ts";

/** Fails when the file cannot be read, or the policy is given twice. Without the setting, the environment as it is. */
export function withPolicyFile(environment: Environment): Result<Environment> {
  const { STRATUS_POLICY_FILE: path, ...rest } = environment;
  if (path === undefined || path === "") return success(environment);
  if ((rest["STRATUS_POLICY"] ?? "") !== "") return malformed("environment", "STRATUS_POLICY_FILE and STRATUS_POLICY exclude each other");
  try {
    return success({ ...rest, STRATUS_POLICY: readFileSync(path, "utf8") });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
    return malformed("environment", `STRATUS_POLICY_FILE cannot be read${code}`);
  }
}
