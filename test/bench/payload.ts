/** Bodies as Alertmanager sends them (webhook, version 4), made before the time is taken. */
import { readFileSync } from "node:fs";

const single = JSON.stringify(JSON.parse(readFileSync(new URL("../fixtures/alertmanager/single.json", import.meta.url), "utf8")));

/** One alert about one Deployment, which no other number names. */
export function oneAlert(number: number): string {
  return single.replaceAll("frontend", `frontend-${number}`).replace("5e0d3a9c41b7f286", hex(number));
}

/** What the flood says about one alert. */
export interface FloodAlert {
  readonly group: number;
  /** Of its group, from 0; the Deployment whose pod it is about. */
  readonly subject: number;
  /** No other alert has it. */
  readonly number: number;
  readonly startsAtMs: number;
}

/** `team-07/orders-2`: the key of its inbox without the cluster. */
export function subjectKeyOf({ group, subject }: FloodAlert): string {
  return `${namespaceOf(group)}/orders-${subject}`;
}

/** As the inbox keys it: `fingerprint@start`. */
export function episodeKeyOf({ number, startsAtMs }: FloodAlert): string {
  return `${hex(number)}@${new Date(startsAtMs).toISOString()}`;
}

/** A notification of one group (`group_by: [namespace]`) that carries these alerts, all firing. */
export function groupOf(alerts: readonly FloodAlert[]): string {
  const namespace = namespaceOf(alerts[0]?.group ?? 0);
  return JSON.stringify({
    receiver: "stratus",
    status: "firing",
    alerts: alerts.map(alertOf),
    groupLabels: { namespace },
    commonLabels: { alertname: "KubePodNotReady", namespace, severity: "warning" },
    commonAnnotations: { summary: "Pod has been in a non-ready state for more than 15 minutes." },
    externalURL: "http://alertmanager-main-0:9093",
    version: "4",
    groupKey: `{}:{namespace="${namespace}"}`,
    truncatedAlerts: 0,
  });
}

function alertOf(alert: FloodAlert): unknown {
  const namespace = namespaceOf(alert.group);
  const pod = `orders-${alert.subject}-6c7b8d5f9f-${suffix(alert.number)}`;
  return {
    status: "firing",
    labels: {
      alertname: "KubePodNotReady",
      instance: "10.244.1.7:8443",
      job: "kube-state-metrics",
      namespace,
      pod,
      prometheus: "monitoring/k8s",
      severity: "warning",
    },
    annotations: {
      description: `Pod ${namespace}/${pod} has been in a non-ready state for longer than 15 minutes.`,
      runbook_url: "https://runbooks.prometheus-operator.dev/runbooks/kubernetes/kubepodnotready",
      summary: "Pod has been in a non-ready state for more than 15 minutes.",
    },
    startsAt: new Date(alert.startsAtMs).toISOString(),
    endsAt: "0001-01-01T00:00:00Z",
    generatorURL: "http://prometheus-k8s-0:9090/graph?g0.expr=up&g0.tab=1",
    fingerprint: hex(alert.number),
  };
}

function namespaceOf(group: number): string {
  return `team-${String(group).padStart(2, "0")}`;
}

function hex(number: number): string {
  return number.toString(16).padStart(16, "0");
}

/** Five characters as Kubernetes appends them to a pod's name. */
function suffix(number: number): string {
  const alphabet = "bcdfghjklmnpqrstvwxz2456789";
  let rest = number;
  return Array.from({ length: 5 }, () => {
    const character = alphabet[rest % alphabet.length] ?? "b";
    rest = Math.floor(rest / alphabet.length);
    return character;
  }).join("");
}
