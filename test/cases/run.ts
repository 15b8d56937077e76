// Incidents that somebody else prepared, each with its own setup, injection, alert and check, against a real receiver, with
// a model where one is configured. Told where they are by STRATUS_CASES (a folder with run.sh and cases/ID/{case.json,alert.json}); the repository knows none
// of them. Prints a table; ends with 1 when one was not handled rightly.

import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { attach, type RunningCluster } from "../cluster/cluster.ts";
import { execute } from "../cluster/execute.ts";
import { layoutOf } from "../cluster/layout.ts";

const caseSchema = z.object({
  class: z.string(),
  expected_component: z.string(),
  namespaces: z.array(z.string()),
  exclusive: z.boolean(),
  alert_repeat: z.number(),
});

const incidentSchema = z.object({
  id: z.string(),
  state: z.string(),
  outcome: z.string().optional(),
  outcomeReason: z.string().optional(),
  subject: z.string(),
  namespaces: z.array(z.string()),
  openedAtMs: z.number(),
  endedAtMs: z.number().optional(),
  timeline: z.array(z.object({ text: z.string() })),
  attempts: z.array(z.unknown()),
});
type Incident = z.infer<typeof incidentSchema>;

interface Row {
  readonly id: string;
  readonly right: boolean;
  readonly verdict: string;
  readonly expected: string;
  readonly incidents: readonly Incident[];
  readonly residue: string;
  readonly seconds: number;
}

const { STRATUS_CASES: folder = "", STRATUS_CASES_ONLY: only = "", STRATUS_CASES_AT_ONCE: atOnce = "3" } = process.env;
const { STRATUS_CASES_KNOWN_GOOD_SECONDS: goodSeconds = "0" } = process.env;
/** Go on to the receiver as they are: that is how a model is measured. */
const modelSettings = Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith("STRATUS_MODEL")));
const hasModel = Object.keys(modelSettings).length > 0;
const port = 18_090;
const secret = "a-secret-of-the-cases-only-here";
const stepLimitMs = 400_000;
const incidentLimitMs = 900_000;
const images = {
  "ghcr.io/stefanprodan/podinfo:6.7.1": "test.local/podinfo:6",
  "docker.io/library/busybox:1.36.1": "test.local/busybox:1",
};

async function main(): Promise<number> {
  if (folder === "") {
    console.error("STRATUS_CASES must be set: the folder of the cases");
    return 2;
  }
  const cluster = attach();
  await tagImages(cluster);
  const ids = (await execute("bash", [join(folder, "run.sh"), "list"])).stdout.split("\n").filter((id) => id !== "");
  const chosen = only === "" ? ids : ids.filter((id) => only.split(",").some((part) => id.includes(part)));
  const ledger = mkdtempSync(join(tmpdir(), "stratus-cases-"));
  const receiver = startReceiver(cluster, ledger);
  // Whoever ends this run does not mean to leave the receiver behind, which would go on writing.
  process.once("SIGTERM", () => {
    receiver.child.kill("SIGTERM");
    process.exit(143);
  });
  try {
    await healthy(receiver.child);
    const rows = await runAll(cluster, chosen);
    console.log(`${rows.filter(({ right }) => right).length} of ${rows.length} right`);
    return rows.every(({ right }) => right) ? 0 : 1;
  } finally {
    if (receiver.child.exitCode === null) {
      receiver.child.kill("SIGTERM");
      await once(receiver.child, "exit");
    }
    rmSync(ledger, { recursive: true, force: true });
  }
}

/** The images that the cases name are those of the test cluster under another name. */
async function tagImages({ settings }: RunningCluster): Promise<void> {
  const layout = layoutOf(settings.stateFolder);
  for (let node = 1; node <= settings.nodes; node += 1)
    for (const [name, own] of Object.entries(images))
      await execute("ctr", ["--address", layout.containerdSocket(node), "--namespace", "k8s.io", "images", "tag", "--force", own, name]);
}

function startReceiver(cluster: RunningCluster, ledger: string): { readonly child: ChildProcess } {
  const child = spawn(process.execPath, [join(import.meta.dirname, "..", "..", "src", "entry", "node.ts")], {
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      PATH: process.env["PATH"],
      KUBECONFIG: cluster.kubeconfigPath,
      STRATUS_WEBHOOK_SECRET: secret,
      STRATUS_HOST: "127.0.0.1",
      STRATUS_PORT: String(port),
      STRATUS_LEDGER: join(ledger, "ledger.sqlite"),
      STRATUS_MODE: "auto",
      STRATUS_SAMPLE_INTERVAL: "2s",
      STRATUS_EVALUATION: "90s",
      STRATUS_SETTLE: "60s",
      STRATUS_GRACE: "15s",
      // Longer than a call of a model may take.
      STRATUS_LEASE: hasModel ? "30s" : "10s",
      STRATUS_SWEEP: "1s",
      ...modelSettings,
      ...(goodSeconds === "0"
        ? { STRATUS_KNOWN_GOOD: "off" }
        : { STRATUS_KNOWN_GOOD: "on", STRATUS_KNOWN_GOOD_INTERVAL: "5s", STRATUS_KNOWN_GOOD_TRIAL: "15s" }),
    },
  });
  return { child };
}

function call(path: string, body?: string): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}${path}`, {
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { method: "POST", body }),
  });
}

async function healthy(child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 150; tries++) {
    if (child.exitCode !== null) throw new Error("the receiver ended at once");
    const ok = await call("/healthz").then(
      (answer) => answer.ok,
      () => false,
    );
    if (ok) return;
    await sleep(200);
  }
  throw new Error("the receiver does not answer");
}

async function runAll(cluster: RunningCluster, ids: readonly string[]): Promise<readonly Row[]> {
  const described = ids.map((id) => ({
    id,
    about: caseSchema.parse(JSON.parse(readFileSync(join(folder, "cases", id, "case.json"), "utf8"))),
  }));
  const rows: Row[] = [];
  const waiting = described.filter(({ about }) => !about.exclusive).map((one, index) => ({ ...one, prefix: `t${index}-` }));
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const row = await runOne(cluster, next);
      print(row);
      rows.push(row);
    }
  };
  await Promise.all(Array.from({ length: Number(atOnce) }, worker));
  for (const [index, one] of described.filter(({ about }) => about.exclusive).entries()) {
    const row = await runOne(cluster, { ...one, prefix: `x${index}-` });
    print(row);
    rows.push(row);
  }
  return rows;
}

interface Prepared {
  readonly id: string;
  readonly about: z.infer<typeof caseSchema>;
  readonly prefix: string;
}

async function runOne(cluster: RunningCluster, { id, about, prefix }: Prepared): Promise<Row> {
  const environment = {
    ...process.env,
    KUBECONFIG: cluster.kubeconfigPath,
    KUBECTL: "kubectl",
    HO_PREFIX: prefix,
    HO_STATE: join(tmpdir(), `stratus-cases-state-${prefix}`),
    HO_DNS: "yes",
    HO_IMAGE_MAP: Object.entries(images)
      .map(([from, to]) => `${from}=${to}`)
      .join(","),
  };
  const step = (name: string) => execute("bash", [join(folder, "run.sh"), id, name], { environment, limitMs: stepLimitMs });
  const beganAtMs = Date.now();
  const row = { id, expected: about.expected_component, incidents: [], residue: "" };
  try {
    const setup = await step("setup");
    if (setup.code !== 0) return { ...row, right: false, verdict: `setup failed: ${lastLine(setup.stderr)}`, seconds: 0 };
    await sleep(Number(goodSeconds) * 1000);
    const inject = await step("inject");
    if (inject.code === 3) return { ...row, right: true, verdict: "skipped: cannot be shown here", seconds: 0 };
    if (inject.code !== 0) return { ...row, right: false, verdict: `inject failed: ${lastLine(inject.stderr)}`, seconds: 0 };
    const alertedAtMs = Date.now();
    const payload = (await step("alert")).stdout;
    await Promise.all([call("/alerts", payload), ...(about.alert_repeat > 1 ? [call("/alerts", payload)] : [])]);
    for (let sent = 2; sent < about.alert_repeat; sent += 1) await call("/alerts", payload);
    const found = await untilOver(prefix, alertedAtMs);
    const seconds = (Date.now() - alertedAtMs) / 1000;
    const verify = await step("verify");
    const verdict = lastLine(verify.stdout) || lastLine(verify.stderr);
    return {
      ...row,
      right: verify.code === 0,
      verdict,
      incidents: found,
      residue: await marksIn(cluster, prefix, about.namespaces),
      seconds,
    };
  } finally {
    await step("cleanup");
    console.error(`${id}: ${((Date.now() - beganAtMs) / 1000).toFixed(0)} s in all`);
  }
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}

/** The incidents about namespaces of this case, when all of them have their outcome. */
async function untilOver(prefix: string, alertedAtMs: number): Promise<readonly Incident[]> {
  for (;;) {
    const own = (await allIncidents()).filter(
      ({ namespaces, subject }) => namespaces.some((one) => one.startsWith(prefix)) || subject.includes(` ${prefix}`),
    );
    const late = Date.now() - alertedAtMs > incidentLimitMs;
    if (late || (own.length > 0 && Date.now() - alertedAtMs > 5_000 && own.every(({ state }) => state === "closed"))) return own;
    await sleep(1_000);
  }
}

async function allIncidents(): Promise<readonly Incident[]> {
  const listed = z.object({ incidents: z.array(z.object({ id: z.string() })) }).parse(await (await call("/incidents")).json());
  return Promise.all(listed.incidents.map(async ({ id }) => incidentSchema.parse(await (await call(`/incidents/${id}`)).json())));
}

/** Annotations of ours that are left. They go when late writes can no longer land. */
async function marksIn(cluster: RunningCluster, prefix: string, namespaces: readonly string[]): Promise<string> {
  const kinds =
    "deployments,statefulsets,daemonsets,services,configmaps,ingresses,cronjobs,jobs,resourcequotas,replicasets,controllerrevisions";
  for (let tries = 0; ; tries += 1) {
    const found: string[] = [];
    for (const namespace of namespaces) {
      const text = await cluster.kubectl("-n", prefix + namespace, "get", kinds, "--output=json").catch(() => "");
      if (text.includes('"stratus.dev/')) found.push(namespace);
    }
    if (found.length === 0) return "none";
    if (tries > 90) return found.join(",");
    await sleep(1_000);
  }
}

/** As soon as it is known: a long series may be cut short. */
function print({ id, right, verdict, expected, incidents: own, residue, seconds }: Row): void {
  console.log(`${right ? "right" : "WRONG"}  ${id}  ${verdict}  (residue ${residue || "-"}, ${seconds.toFixed(0)} s)`);
  console.log(`       expected: ${expected}`);
  for (const incident of own) {
    const diagnosis = incident.timeline.find(({ text }) => text.startsWith("Diagnosis"))?.text ?? "no diagnosis";
    const tookS = ((incident.endedAtMs ?? Date.now()) - incident.openedAtMs) / 1000;
    console.log(
      `       ${incident.subject}: ${incident.outcome ?? incident.state}, ${incident.attempts.length} attempts, ${tookS.toFixed(0)} s`,
    );
    console.log(`         ${diagnosis.slice(0, 260)}`);
    if (!right || incident.outcome !== "mitigated")
      for (const { text } of incident.timeline.slice(-14)) console.log(`         | ${text.slice(0, 330)}`);
  }
}

process.exitCode = await main();
