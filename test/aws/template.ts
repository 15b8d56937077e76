/** infra/aws/template.yaml as data, read by the parser that cfn-lint uses, and the environment that it gives the function. */
import { fileURLToPath } from "node:url";
import type { JsonObject } from "../../src/kubernetes/json.ts";
import { runPython } from "./moto.ts";

export const templatePath = fileURLToPath(new URL("../../infra/aws/template.yaml", import.meta.url));

const printJson = `
import json, sys
from cfnlint.decode import decode
template, findings = decode(sys.argv[1])
assert not findings, findings
print(json.dumps(template))
`;

export interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly Properties: JsonObject;
}

export interface Template {
  readonly Parameters: Readonly<Record<string, { readonly Default?: string; readonly NoEcho?: boolean }>>;
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: JsonObject;
}

export function readTemplate(): Template {
  const { code, output } = runPython("python", ["-c", printJson, templatePath]);
  if (code !== 0) throw new Error(output);
  return JSON.parse(output) as Template;
}

/** The names of the variables that the function is given, whatever the parameters are. */
export function variablesOf(template: Template): readonly string[] {
  const { Environment } = (template.Resources["Function"]?.Properties ?? {}) as { Environment?: { Variables: JsonObject } };
  return Object.keys(Environment?.Variables ?? {});
}

/** Every statement of every policy that the template writes. */
export function statementsOf(template: Template): readonly { readonly Action: string | readonly string[]; readonly Resource: unknown }[] {
  type Policy = { readonly PolicyDocument: { readonly Statement: readonly { Action: string | readonly string[]; Resource: unknown }[] } };
  return Object.values(template.Resources)
    .filter(({ Type }) => Type === "AWS::IAM::Role")
    .flatMap(({ Properties }) =>
      (Properties["Policies"] as unknown as readonly Policy[]).flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
    );
}
