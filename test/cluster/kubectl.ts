// kubectl of the cluster, and whether its API server is ready.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { executeOrFail } from "./execute.ts";
import type { Layout } from "./layout.ts";
import type { Settings } from "./settings.ts";

const limitMs = 150_000;

/** What it prints; rejects with what it complains about. */
export function kubectl(settings: Settings, layout: Layout, args: readonly string[], input?: string): Promise<string> {
  // a `kubectl wait` must not outlive a run that is killed: the kernel ends it with its parent
  const orphanless = ["--pdeathsig", "KILL", "--", join(settings.binFolder, "cluster"), "kubectl"];
  return executeOrFail("setpriv", [...orphanless, ...args], {
    name: `kubectl ${args.slice(0, 3).join(" ")}`,
    environment: { ...process.env, KUBECONFIG: layout.kubeconfigPath },
    limitMs,
    ...(input === undefined ? {} : { input }),
  });
}

/** For a person: on this terminal; its exit code. */
export function kubectlHere(settings: Settings, layout: Layout, args: readonly string[]): number {
  const environment = { ...process.env, KUBECONFIG: layout.kubeconfigPath };
  return spawnSync(join(settings.binFolder, "cluster"), ["kubectl", ...args], { stdio: "inherit", env: environment }).status ?? 1;
}

export function apiServerReady(settings: Settings, { pkiFolder }: Layout): Promise<boolean> {
  const key = (file: string): Buffer => readFileSync(join(pkiFolder, file));
  const url = `https://${settings.address}:${settings.ports.apiServer}/readyz`;
  const credentials = { ca: key("ca.crt"), cert: key("admin.crt"), key: key("admin.key") };
  return new Promise((resolve) => {
    const asked = request(url, { ...credentials, agent: false, timeout: 1000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => resolve(false));
    asked.end();
  });
}
