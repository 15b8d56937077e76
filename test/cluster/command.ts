// The command line: `npm run cluster -- install|build|up|down|status|kubectl|receiver`. It parses and prints; the rest
// is in the files beside it.

import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { build } from "./build.ts";
import { attach, downCluster, upCluster, type UpOptions } from "./cluster.ts";
import { ClusterFailure } from "./failure.ts";
import { kubectlHere } from "./kubectl.ts";
import { layoutOf, roomPath } from "./layout.ts";
import { readSettings } from "./settings.ts";
import { printStatus } from "./status.ts";

const usage = `usage: npm run cluster -- COMMAND
  install                    the Debian packages that are missing (root)
  build                      the programs and images; about seven minutes the first time
  up [--nodes N] [--no-monitoring] [--no-traffic] [--webhook URL]...
                             boot it (root); --nodes 0 is the control plane alone
                             STRATUS_CLUSTER_WEBHOOK_SECRET is the webhooks' bearer token
  down                       and leave nothing behind (root)
  status                     what runs, and where
  kubectl ARGUMENT...        e.g. kubectl get pods -A
  receiver URL               send the alerts there (and to alerts.jsonl) from now on
`;

async function main([command, ...args]: string[]): Promise<number> {
  const beganAtMs = performance.now();
  const report = (line: string): void => console.log(`${((performance.now() - beganAtMs) / 1000).toFixed(1).padStart(6)} s  ${line}`);
  switch (command) {
    case "install":
      return spawnSync(roomPath("install.sh"), { stdio: "inherit" }).status ?? 1;
    case "build":
      await build(readSettings(process.env), report);
      report("built");
      return 0;
    case "up":
      await upCluster({ ...upOptions(args), report });
      return 0;
    case "down":
      await downCluster();
      report("down");
      return 0;
    case "status":
      return printStatus(console.log);
    case "kubectl": {
      const { settings } = attach();
      return kubectlHere(settings, layoutOf(settings.stateFolder), args);
    }
    case "receiver":
      if (args[0] === undefined) break;
      await attach().setReceiver(args[0], process.env["STRATUS_CLUSTER_WEBHOOK_SECRET"]);
      return 0;
    default:
  }
  process.stderr.write(usage);
  return 2;
}

function upOptions(args: string[]): UpOptions {
  const values = upFlags(args);
  const secret = process.env["STRATUS_CLUSTER_WEBHOOK_SECRET"];
  const receivers = values.webhook?.map((url) => (secret === undefined ? { url } : { url, secret }));
  return {
    ...(values.nodes === undefined ? {} : { nodes: Number(values.nodes) }),
    ...(values["no-monitoring"] === true ? { monitoring: false } : {}),
    ...(values["no-traffic"] === true ? { traffic: { perSecond: 0, seconds: 0 } } : {}),
    ...(receivers === undefined ? {} : { receivers }),
  };
}

function upFlags(args: string[]): { nodes?: string; "no-monitoring"?: boolean; "no-traffic"?: boolean; webhook?: string[] } {
  try {
    return parseArgs({
      args,
      options: {
        nodes: { type: "string" },
        "no-monitoring": { type: "boolean" },
        "no-traffic": { type: "boolean" },
        webhook: { type: "string", multiple: true },
      },
    }).values;
  } catch (error) {
    throw new ClusterFailure(error instanceof Error ? error.message : String(error));
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof ClusterFailure)) throw error;
  console.error(error.message + (error.logPath === undefined ? "" : `\nlog: ${error.logPath}`));
  process.exitCode = 1;
}
