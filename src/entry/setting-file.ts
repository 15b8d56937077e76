/** Puts the texts of files where config.ts looks for the settings of that name; it reads no file itself. Read once, at the start. */
import { readFileSync } from "node:fs";
import type { Environment } from "../config.ts";
import { malformed, success } from "../failure.ts";
import type { Result } from "../failure.ts";

/** `<setting>_FILE` names the file whose text is the setting's. */
const settings = ["STRATUS_POLICY", "STRATUS_OBJECTIVES"] as const;

/** Fails, all mistakes at once, when a file cannot be read or a setting is given twice. What is not set stays as it is. */
export function withSettingFiles(environment: Environment): Result<Environment> {
  const complete: Record<string, string | undefined> = { ...environment };
  const problems = settings.flatMap((setting) => {
    const file = `${setting}_FILE`;
    const path = environment[file] ?? "";
    if (path === "") return [];
    if ((environment[setting] ?? "") !== "") return [`${file} and ${setting} exclude each other`];
    delete complete[file];
    try {
      complete[setting] = readFileSync(path, "utf8");
      return [];
    } catch (error) {
      return [`${file} cannot be read${error instanceof Error && "code" in error ? ` (${String(error.code)})` : ""}`];
    }
  });
  return problems.length === 0 ? success(complete) : malformed("environment", problems.join("\n"));
}
