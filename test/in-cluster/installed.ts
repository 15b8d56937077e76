// Installs Stratus on the test cluster by `kubectl apply -k`, as infra/kubernetes/README.md has it, and talks to it from
// outside: to its Service, and to the API server with the very token that lies in its pod.

import { mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { RunningCluster } from "../cluster/cluster.ts";
import { executeOrFail } from "../cluster/execute.ts";
import { layoutOf } from "../cluster/layout.ts";
import { answers, until } from "../cluster/until.ts";
import type { Incident } from "../incident/stratus.ts";
import { packImage } from "./image.ts";

const secret = "a-secret-of-the-in-cluster-test";
const reference = { name: "test.local/stratus", tag: "1" };
export const kubernetesFolder = join(import.meta.dirname, "..", "..", "infra", "kubernetes");

export interface Answer {
  readonly status: number;
  readonly message: string;
}

export interface Installed {
  readonly podName: string;
  readonly imageMebibytes: number;
  /** Of Stratus in its container, as this machine counts. */
  processId(): number;
  /** Rejects with what it answered instead. */
  incidents(): Promise<readonly Incident[]>;
  /** For the message of a failure: what Kubernetes knows of its pod, and the end of its log. */
  state(): Promise<string>;
  /** Sent with the pod's own service account token. */
  asPod(method: string, path: string, body?: unknown): Promise<Answer>;
}

export async function install(
  cluster: RunningCluster,
  namespaces: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Installed> {
  const imageMebibytes = await importImage(cluster);
  await cluster.kubectl("create", "namespace", "stratus");
  await cluster.kubectl("-n", "stratus", "create", "secret", "generic", "stratus", `--from-literal=STRATUS_WEBHOOK_SECRET=${secret}`);
  await applyOverlay(cluster, namespaces, environment);
  await cluster.kubectl("-n", "stratus", "rollout", "status", "deployment/stratus", "--timeout=60s");
  const [podName = "", podUid = ""] = (
    await cluster.kubectl("-n", "stratus", "get", "pods", "--output=jsonpath={.items[0].metadata.name} {.items[0].metadata.uid}")
  ).split(" ");
  const address = await cluster.kubectl("-n", "stratus", "get", "service", "stratus", "--output=jsonpath={.spec.clusterIP}");
  const url = `http://${address}:8080`;
  await until({ what: "the Service of Stratus answers", limitMs: 30_000 }, () => answers(`${url}/readyz`));
  await cluster.setReceiver(`${url}/alerts`, secret);
  const ask = async (path: string): Promise<unknown> => {
    const answer = await fetch(url + path, { headers: { authorization: `Bearer ${secret}` }, signal: AbortSignal.timeout(5_000) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`GET ${url}${path}: ${answer.status} ${text.slice(0, 200)}`);
    return JSON.parse(text);
  };
  return {
    podName,
    imageMebibytes,
    processId,
    async incidents() {
      const { incidents } = (await ask("/incidents")) as { readonly incidents: readonly Incident[] };
      return Promise.all(incidents.map(async ({ id }) => (await ask(`/incidents/${id}`)) as Incident));
    },
    state: () => stateOf(cluster),
    asPod: (method, path, body) => asPod(cluster, podUid, method, path, body),
  };
}

async function stateOf(cluster: RunningCluster): Promise<string> {
  const questions = [
    ["get", "pods,endpointslices", "--output=wide"],
    ["describe", "pods"],
    ["logs", "deployment/stratus", "--tail=20", "--previous"],
    ["logs", "deployment/stratus", "--tail=20"],
  ];
  const told = questions.map(async (question) => {
    const said = await cluster.kubectl("-n", "stratus", ...question).catch(String);
    return `kubectl ${question.join(" ")}\n${said}`;
  });
  return (await Promise.all(told)).join("\n");
}

async function importImage(cluster: RunningCluster): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "stratus-image-"));
  try {
    const path = join(folder, "stratus.tar");
    const { archive } = await packImage(`${reference.name}:${reference.tag}`);
    writeFileSync(path, archive);
    const socket = layoutOf(cluster.settings.stateFolder).containerdSocket(1);
    await executeOrFail("ctr", ["-a", socket, "-n", "k8s.io", "images", "import", path], { limitMs: 120_000 });
    return Math.round(archive.length / 1_048_576);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** JSON is YAML too. kustomize takes folders by relative paths only, and files only below its own. */
async function applyOverlay(
  cluster: RunningCluster,
  namespaces: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "stratus-overlay-")));
  try {
    const part = (name: string, from = folder): string => relative(from, join(realpathSync(kubernetesFolder), name));
    for (const namespace of namespaces) {
      const own = join(folder, namespace);
      writeKustomization(own, { namespace, resources: [part("actuator", own)] });
    }
    writeKustomization(folder, {
      resources: [part("ephemeral"), part("admission"), ...namespaces],
      configMapGenerator: [
        {
          name: "stratus-settings",
          namespace: "stratus",
          behavior: "merge",
          literals: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
        },
      ],
      images: [{ name: "registry.example/stratus", newName: reference.name, newTag: reference.tag }],
    });
    await cluster.kubectl("apply", "-k", folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeKustomization(folder: string, content: object): void {
  mkdirSync(folder, { recursive: true });
  const header = { apiVersion: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization" };
  writeFileSync(join(folder, "kustomization.yaml"), JSON.stringify({ ...header, ...content }, null, 2));
}

function asPod(cluster: RunningCluster, podUid: string, method: string, path: string, body: unknown): Promise<Answer> {
  const { address, ports, stateFolder } = cluster.settings;
  const layout = layoutOf(stateFolder);
  const volumes = join(layout.nodeFolder(1), "kubelet", "pods", podUid, "volumes", "kubernetes.io~projected");
  const token = readFileSync(join(volumes, readdirSync(volumes)[0] ?? "", "token"), "utf8");
  return new Promise((resolve, reject) => {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      authorization: `Bearer ${token}`,
      // Node leaves the length out of a DELETE, and its body with it.
      ...(sent === undefined ? {} : { "content-length": Buffer.byteLength(sent) }),
      "content-type": method === "PATCH" ? "application/json-patch+json" : "application/json",
    };
    const ca = readFileSync(join(layout.pkiFolder, "ca.crt"));
    const asked = request(`https://${address}:${ports.apiServer}${path}`, { method, headers, ca, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (piece: string) => (text += piece));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, message: messageIn(text) }));
    });
    asked.setTimeout(10_000, () => asked.destroy(new Error(`${method} ${path}: no answer`)));
    asked.on("error", reject);
    asked.end(sent);
  });
}

function processId(): number {
  const found = readdirSync("/proc").find((id) => /^\d+$/.test(id) && commandOf(id) === "/bin/node\0/app/stratus.mjs\0");
  if (found === undefined) throw new Error("Stratus does not run in any container");
  return Number(found);
}

function commandOf(id: string): string {
  try {
    return readFileSync(`/proc/${id}/cmdline`, "utf8");
  } catch {
    return ""; // ended meanwhile
  }
}

function messageIn(text: string): string {
  try {
    return (JSON.parse(text) as { readonly message?: string }).message ?? "";
  } catch {
    return text.slice(0, 200);
  }
}
