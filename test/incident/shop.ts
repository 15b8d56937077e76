// The app on the test cluster as the incident tests look at it and break it, and how a story is told in their output.

import type { JsonObject } from "../../src/kubernetes/json.ts";
import type { RunningCluster } from "../cluster/cluster.ts";
import { until } from "../cluster/until.ts";
import type { Incident } from "./stratus.ts";

export interface ActiveAlert {
  readonly state: "firing" | "pending";
  readonly labels: Readonly<Record<string, string>>;
}

export interface Shop {
  /** In namespace `shop` when none is named. */
  object(kind: string, name: string, namespace?: string): Promise<JsonObject>;
  patch(kind: string, name: string, operations: unknown, namespace?: string): Promise<void>;
  /** Of a running pod of the app. */
  templateHash(app: string): Promise<string>;
  /** As Prometheus has them now. */
  alerts(): Promise<readonly ActiveAlert[]>;
  /** Nothing pending or firing in the shop any more, so that one test does not meet the alerts of the one before. */
  quiet(): Promise<void>;
}

export function shopOn(cluster: RunningCluster): Shop {
  async function alerts(): Promise<readonly ActiveAlert[]> {
    const answer = await fetch(`${cluster.prometheusUrl}/api/v1/alerts`);
    return ((await answer.json()) as { readonly data: { readonly alerts: readonly ActiveAlert[] } }).data.alerts;
  }
  return {
    alerts,
    async object(kind, name, namespace = "shop") {
      return JSON.parse(await cluster.kubectl("-n", namespace, "get", kind, name, "--output=json")) as JsonObject;
    },
    async patch(kind, name, operations, namespace = "shop") {
      await cluster.kubectl("-n", namespace, "patch", kind, name, "--type=json", `--patch=${JSON.stringify(operations)}`);
    },
    templateHash(app) {
      const hash = "--output=jsonpath={.items[0].metadata.labels.pod-template-hash}";
      return cluster.kubectl("-n", "shop", "get", "pods", "-l", `app=${app}`, hash);
    },
    async quiet() {
      await until({ what: "no alert is active", limitMs: 90_000, everyMs: 500 }, async () =>
        (await alerts()).every(({ labels }) => labels["namespace"] !== "shop" || labels["severity"] === "info"),
      );
    },
  };
}

export const wrongPort = [{ op: "replace", path: "/spec/ports/0/targetPort", value: 9999 }];

/** Of what the shop's people care about; apart from alerts. */
export const objectives = ["frontend", "checkout"].map((app) => ({
  name: `${app} answers`,
  namespace: "shop",
  promql: `sum(rate(http_request_duration_seconds_count{namespace="shop",app="${app}",status=~"5..",path!~".*(healthz|readyz|metrics).*"}[10s])) / sum(rate(http_request_duration_seconds_count{namespace="shop",app="${app}",path!~".*(healthz|readyz|metrics).*"}[10s])) or vector(0)`,
  comparison: "<",
  threshold: 0.05,
}));

/** One line: the seconds of each stage since the fault, and both severity paths. */
export function tell(name: string, brokenAtMs: number, incident: Incident): void {
  const at = (text: string): string => {
    const line = incident.timeline.find((each) => each.text.startsWith(text));
    return line === undefined ? "-" : `${((line.atMs - brokenAtMs) / 1000).toFixed(1)} s`;
  };
  const ended = incident.endedAtMs === undefined ? "-" : `${((incident.endedAtMs - brokenAtMs) / 1000).toFixed(1)} s`;
  console.log(
    `${name}: alert received ${((incident.openedAtMs - brokenAtMs) / 1000).toFixed(1)} s, diagnosed ${at("Diagnosis")}, fixed ${at("kubectl")}, outcome ${incident.outcome} ${ended}; visible ${visiblePath(incident).join(" -> ")}; hidden ${hiddenPaths(incident).join("; ")}`,
  );
}

export function visiblePath(incident: Incident): readonly (number | string)[] {
  return incident.visiblePath.map(({ mu }) => mu ?? "?");
}

function hiddenPaths(incident: Incident): readonly string[] {
  return incident.attempts.map(({ attempt, hiddenPath }) => `${attempt}: ${hiddenPath.map(({ mu }) => mu ?? "?").join(" ")}`);
}
