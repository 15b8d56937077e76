/** The house rules that neither the compiler nor the linter knows. Each finding says where it is and what to do. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";

/**
 * What the files of a room, or one file on its own, may import of `src/` besides `failure.ts`; after `|`, by
 * `import type` alone. A room stands for its files, not for the rooms below it. A room without a row keeps to itself.
 */
const mayImport = tableOf(`
  log.ts:           | clock.ts
  setting.ts:       telemetry/objective-list.ts severity/call-graph.ts model/price.ts
  config-model.ts:  setting.ts | model/price.ts model/spending.ts
  config-cluster.ts: setting.ts telemetry/objective-list.ts
  config-cluster.ts: | action/policy.ts cluster/reach.ts telemetry/objective.ts severity/call-graph.ts
  config-cluster.ts: config-policy.ts
  config-policy.ts: action/never.ts action/writable.ts kubernetes/kind.ts setting.ts | action/policy.ts
  environment.ts:   config-cluster.ts setting.ts transaction/limits.ts
  environment.ts:   config-policy.ts config-model.ts
  config.ts:        config-policy.ts config-model.ts
  config.ts:        config-cluster.ts environment.ts transaction/limits.ts action/policy.ts | log.ts cluster/reach.ts

  alert:            | ledger/ledger.ts
  inbox:            alert/inbox.ts | ledger/ledger.ts
  action:           kubernetes
  known-good:       kubernetes action/change.ts
  cause:            kubernetes known-good action/change.ts action/merge-key.ts action/restore.ts | action/action.ts severity/call-graph.ts
  kubectl:          kubernetes action
  redaction:        kubernetes/json.ts
  transaction:      kubernetes severity action
  memory:           kubernetes action transaction

  cluster:          kubernetes bounded-body.ts | clock.ts
  cluster/memory:   kubernetes cluster/answer.ts cluster/log-lines.ts cluster/memory/api-server | clock.ts cluster/cluster.ts
  cluster/memory/api-server: kubernetes | cluster/answer.ts cluster/cluster.ts
  telemetry:        severity bounded-body.ts | clock.ts
  continuation:     | clock.ts
  model/prompts:
  model:            bounded-body.ts | clock.ts ledger/ledger.ts
  notifier/message.ts:
  notifier:         redaction

  http:             alert inbox continuation/signature.ts digest.ts bounded-body.ts
  http:             | clock.ts log.ts kubernetes/json.ts ledger/ledger.ts continuation/continuation.ts
  agent:            kubernetes severity action cause known-good memory transaction
  agent:            telemetry/objective.ts telemetry/automatic.ts telemetry/horizon.ts
  agent:            model model/prompts redaction kubectl | ledger/ledger.ts log.ts
  agent:            | clock.ts cluster/cluster.ts telemetry/telemetry.ts
  runner:           kubernetes alert inbox action known-good memory severity transaction agent digest.ts | clock.ts log.ts cluster/cluster.ts ledger/ledger.ts
  runner:           continuation/continuation.ts | notifier/notifier.ts notifier/message.ts http/incidents.ts http/known-good.ts http/memory.ts http/start.ts

  compose.ts:       cluster/remember-access.ts telemetry notifier agent runner http/app.ts severity/severity.ts severity/call-graph.ts
  compose.ts:       redaction model | clock.ts log.ts config.ts
  compose.ts:       | cluster/cluster.ts config-cluster.ts ledger/ledger.ts continuation/continuation.ts
  doctor:           action telemetry/objective.ts telemetry/objective-list.ts telemetry/call-graph.ts
  doctor:           kubernetes/kind.ts known-good/form.ts
  doctor:           | config-cluster.ts cluster/cluster.ts ledger/ledger.ts telemetry/telemetry.ts
  entry/node.ts:    clock.ts log.ts config.ts compose.ts runner/loop.ts runner/sweep.ts cluster/node-access.ts cluster/kubernetes.ts
  entry/node.ts:    ledger/sqlite.ts continuation/timer.ts continuation/signed-post.ts
  entry/node.ts:    entry/setting-file.ts
  entry/node.ts:    | agent/planner.ts cluster/cluster.ts continuation/continuation.ts
  entry/worker.ts:  clock.ts log.ts config.ts compose.ts http/problem.ts runner/step.ts runner/sweep.ts cluster/kubernetes.ts
  entry/worker.ts:  cluster/reach.ts ledger/dynamodb.ts continuation/queue.ts
  entry/lambda.ts:  clock.ts log.ts config.ts compose.ts runner/step.ts runner/sweep.ts cluster/reach.ts cluster/https-fetch.ts
  entry/lambda.ts:  cluster/kubernetes.ts ledger/dynamodb.ts continuation/sqs.ts
  entry/lambda.ts:  | continuation/queue.ts ledger/ledger.ts
  entry/command.ts: clock.ts config.ts doctor/doctor.ts doctor/finding.ts cluster/node-access.ts cluster/kubernetes.ts
  entry/command.ts: ledger/dynamodb.ts ledger/sqlite.ts notifier/slack-check.ts telemetry/alertmanager.ts telemetry/prometheus.ts
  entry/command.ts: telemetry/call-graph-traces.ts entry/setting-file.ts
  entry/setting-file.ts: | config.ts
  entry/demo.ts:    demo/demo.ts
  demo:             log.ts config.ts compose.ts kubernetes severity action agent runner/sweep.ts
  demo:             cluster/memory ledger/memory.ts telemetry/memory.ts
  demo:             | clock.ts cluster/cluster.ts ledger/ledger.ts notifier/notifier.ts telemetry/telemetry.ts
`);

/** The room, or the one file, that may import a package; zod is everybody's. */
const homes = tableOf(`
  @aws-sdk/client-dynamodb: ledger
  @aws-sdk/client-sqs:      continuation
  @hono/node-server:        entry/node.ts
  @kubernetes/client-node:  cluster/kubeconfig.ts
  @slack/types:             | notifier
  hono:                     http
  hono/aws-lambda:          entry/lambda.ts
  node:sqlite:              ledger/sqlite.ts
  openai:                   model
  yaml:                     kubectl setting.ts
`);
const onNode = [
  "entry/node.ts",
  "entry/lambda.ts",
  "entry/demo.ts",
  "entry/setting-file.ts",
  "ledger/sqlite.ts",
  "cluster/kubeconfig.ts",
  "cluster/https-fetch.ts",
  "cluster/node-access.ts",
];

const clockAndNetwork =
  /\bDate\.now\b|\bDate\(\)|\bperformance\.|\bMath\.random\b|\bcrypto\.(?:random|getRandom)|\bset(?:Timeout|Interval|Immediate)\b|\bAbortSignal\.timeout\b|\bglobalThis\b|(?<![.\w])fetch\(/g;
const usesThem = `clock.ts entry cluster/request.ts telemetry/ask.ts model/bounded-fetch.ts notifier/slack.ts notifier/slack-check.ts ledger/dynamodb.ts ledger/sqlite.ts continuation/timer.ts continuation/signed-post.ts`;
const answersFree = "model/bounded-fetch.ts http/answer.ts cluster/https-fetch.ts ledger/dynamodb-item.ts";
const asText = /child_process|worker_threads|node:(?:cluster|vm)\b|\beval\s*\(|\bFunction\s*\(|\brequire\s*\(|\bimport\s*\((?!")/g;
const checkOff = /@ts-(?:ignore|expect-error|nocheck)|(?:eslint|oxlint|biome)-(?:disable|ignore)|(?:prettier|oxfmt)-ignore/g;
const realWrite = /\bdryRun: *false\b|\.(?:patch|evict)\(|\bcluster\.(?:create|remove)\(/g;
const oneMachine = /(?<![\w.])\/(?:work|root|home|Users)\/|\/tmp\/stratus/g;
const anAnswer = /\bResponse\.json\(|\bnew Response\(/g;
const notRun = /\.(?:skip|skipIf|runIf|only|todo|fails)\b|\bskip\s*[(:]|\b[xf](?:it|describe|test)\(/g;
/** Rule, pattern, where it is looked for (`code`: no comments; `bare`: no strings either), what to do, the files and rooms free of it. */
const bans: readonly (readonly [string, RegExp, "text" | "code" | "bare", string, string])[] = [
  ["nothing in src starts a process or turns text into code", asText, "code", "a write is a typed action, an import names its file", ""],
  ["no type is any", /(?<!\.)\bany\b(?!\s*[:(])/g, "bare", "decode it with a schema, or call it unknown", ""],
  ["nothing is left to do", /\b(?:TODO|FIXME|XXX)\b/g, "text", "do it now, or open an issue", ""],
  ["no check is turned off in place", checkOff, "text", "change the code, or the rule for everybody", ""],
  ["the clock, chance and the network are passed in", clockAndNetwork, "code", "take it as a parameter, from the entry", usesThem],
  ["the environment is an entry's to read", /\bprocess\b\s*[.?[]|\bimport\.meta\.env\b/g, "bare", "config.ts is given it", "entry"],
  ["one file makes answers", anAnswer, "code", "its headers are there from the start: use http/answer.ts", answersFree],
  ["one file writes to a cluster", realWrite, "code", "go through runner/write.ts", "runner/write.ts cluster/memory/world.ts"],
];
const vagueName = /^(?:util|helper|common|manager|service|base|type|constant|index)(?:e?s)?$/;

const root = join(import.meta.dirname, "..");
/** A string, a template or a regular expression: kept, as group 1; or a comment. */
const token =
  /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|\$\{(?:[^{}`]|`[^`]*`|\{[^{}]*\})*\}|[^`\\])*`|(?<=[=(,:!&|?;{}[]\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/)|\/\*[\s\S]*?\*\/|\/\/.*/g;
const anImport = /\b(?:import|export)\s+(type\s)?(?:[\w\s{},*$]*?\sfrom\s*)?"([^"]+)"|\bimport\s*\("([^"]+)"/g;

const src = read("src/**/*.ts");
const readmes = read("{README.md,{src,infra,test}/**/README.md}");
const imports = src.flatMap(({ path, code }) =>
  [...code.matchAll(anImport)].map((hit) => {
    const specifier = hit[2] ?? hit[3] ?? "";
    const local = specifier.startsWith(".");
    const target = local ? join(dirname(inside(path)), specifier) : specifier;
    const told = `${at(path, code, hit.index)} imports ${hit[1] === undefined ? "" : "the type of "}${target}`;
    return { file: inside(path), typed: hit[1] !== undefined, local, target, told };
  }),
);

describe("rooms", () => {
  test("each file imports only what its row of the table allows", () => {
    const wrong = imports.filter(({ file, typed, local, target }) => {
      if (!local || target === "failure.ts") return false;
      if (dirname(file) === dirname(target) && dirname(file) !== "." && !(file in mayImport)) return false;
      return !allows(mayImport[file] ?? mayImport[dirname(file)], target, typed);
    });
    none(wrong.map(({ told }) => `${told}, which its row of mayImport does not allow: pass it in, or put it where both may see it`));
  });

  test("each package is imported in its own room", () => {
    const foreign = imports.filter(({ file, typed, local, target }) => {
      if (local || target === "zod" || (homes[target] === undefined && isBuiltin(target))) return false;
      return !allows(homes[target], file, typed);
    });
    none(foreign.map(({ told }) => `${told}, whose home is elsewhere: go through the port, or say in homes where it lives`));
  });

  test("Node's own modules are imported where only Node runs", () => {
    const wrong = imports.filter(({ file, target }) => isBuiltin(target) && !(onNode.includes(file) && target.startsWith("node:")));
    none(wrong.map(({ told }) => `${told}: a Worker has none of it; use what the web has, or take it from the entry (as node:…)`));
  });
  test("no file of src reaches out of src", () => {
    none(imports.filter(({ local, target }) => local && target.startsWith("..")).map(({ told }) => `${told}: src must run without it`));
  });
});

describe("bans", () => {
  test.each(bans)("%s", (_, pattern, where, advice, free) => {
    const held = src.filter(({ path }) => !free.split(" ").some((place) => isAt(inside(path), place)));
    none(held.flatMap((source) => hits(source, pattern, where, advice)));
  });

  test("no path of one machine is in src or in a README for users", () => {
    const forUsers = readmes.filter(({ path }) => !path.startsWith("test/"));
    none([...src, ...forUsers].flatMap((source) => hits(source, oneMachine, "text", "make it a setting, or say it relatively")));
  });

  test("no test is skipped, focused or expected to fail", () => {
    none(read("test/**/*.ts").flatMap((source) => hits(source, notRun, "bare", "run it, or do not register it")));
  });
});

describe("files", () => {
  test("no file of src has more than 300 lines", () => {
    const long = src.filter(({ text }) => text.trimEnd().split("\n").length > 300);
    none(long.map(({ path }) => `${path}:301 is one line too many: split the file by what it decides`));
  });

  test("each file of src opens with why it exists", () => {
    const silent = src.filter(({ text }) => !/^(?:#!.*\n)?\/[*/]/.test(text));
    none(silent.map(({ path }) => `${path}:1 opens without a comment: say why it exists and what it must not do`));
  });

  test("each file of src is named for what it does", () => {
    const vague = src.filter(({ path }) => path.split("/").some((name) => vagueName.test(name.replace(/\..*$/, ""))));
    none(vague.map(({ path }) => `${path}:1 has a name that fits anything: name the technology or the verb`));
  });
});

describe("READMEs", () => {
  test("each npm script in a block of commands exists", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };
    const blocks = readmes.map((readme) => ({ ...readme, text: blocksOf(readme.text) }));
    const named = blocks.flatMap((readme) => hits(readme, /\bnpm (?:run (?:-\S+ )*[\w:-]+|test|start)\b/g, "text", "no such script"));
    none(named.filter((told) => !Object.hasOwn(scripts, /(\S+): no such script$/.exec(told)?.[1] ?? "")));
  });

  test("each relative link leads to a file", () => {
    const links = readmes.flatMap(({ path, text }) =>
      [...text.matchAll(/\]\(<?([^)>\s#]+)|^\[[^\]]+\]: *([^\s#]+)/gm)].map((hit) => ({
        path,
        to: hit[1] ?? hit[2] ?? "",
        told: at(path, text, hit.index),
      })),
    );
    const broken = links.filter(({ path, to }) => !/^[a-z]+:/.test(to) && !existsSync(join(root, dirname(path), decodeURI(to))));
    none(broken.map(({ to, told }) => `${told} links to ${to}, which is not there: correct the link`));
  });
});

interface Row {
  readonly values: readonly string[];
  readonly types: readonly string[];
}

function tableOf(text: string): Readonly<Record<string, Row>> {
  const table: Record<string, Row> = {};
  for (const [, name = "", values = "", types = ""] of text.matchAll(/^ *(\S+): *([^|\n]*)(?:\|(.*))?$/gm)) {
    const row = table[name] ?? { values: [], types: [] };
    table[name] = { values: [...row.values, ...values.split(" ")], types: [...row.types, ...types.split(" ")] };
  }
  return table;
}

function allows(row: Row | undefined, path: string, typed: boolean): boolean {
  return [...(row?.values ?? []), ...(typed ? (row?.types ?? []) : [])].some((place) => isAt(path, place));
}

function isAt(path: string, place: string): boolean {
  return path === place || dirname(path) === place;
}

function inside(path: string): string {
  return path.slice("src/".length);
}

interface Source {
  readonly path: string;
  readonly text: string;
  readonly code: string;
  readonly bare: string;
}

function read(pattern: string): readonly Source[] {
  const paths = globSync(pattern, { cwd: root, exclude: ["**/node_modules/**"] }).toSorted();
  return paths.map((path) => {
    const text = readFileSync(join(root, path), "utf8");
    const code = text.replace(token, (all, kept: string | undefined) => kept ?? blank(all));
    return { path, text, code, bare: code.replace(token, blank) };
  });
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, " ");
}

/** The blocks of commands of a page, each at its line. */
function blocksOf(page: string): string {
  const pieces = page.split("```");
  return pieces.map((piece, index) => (index % 2 === 1 ? piece : blank(piece))).join("```");
}

function at(path: string, text: string, index: number): string {
  return `${path}:${text.slice(0, index).split("\n").length}`;
}

function hits(source: Source, pattern: RegExp, where: "text" | "code" | "bare", advice: string): readonly string[] {
  return [...source[where].matchAll(pattern)].map((hit) => `${at(source.path, source[where], hit.index)} has ${hit[0]}: ${advice}`);
}

function none(findings: readonly string[]): void {
  expect(findings, findings.join("\n")).toEqual([]);
}
