/** Readings of a small healthy shop, and the changes that the tables make to it. */
import type { AlertReading, Reading, Readings } from "../../../src/severity/severity.ts";

export const known = <T>(value: T): Reading<T> => ({ known: true, value });
export const unread = (reason: string): { known: false; reason: string } => ({ known: false, reason });

export const healthy: Readings = {
  scope: { cluster: "prod", namespaces: ["shop"] },
  alerts: known([]),
  objectives: known([
    { name: "checkout", namespace: "shop", state: "holds" },
    { name: "search", namespace: "shop", state: "holds" },
  ]),
  workloads: known([
    { workload: "Deployment shop/frontend", desired: 3, ready: 3, restarts: 0 },
    { workload: "Deployment shop/payment", desired: 2, ready: 2, restarts: 1 },
  ]),
  services: known([
    { service: "Service shop/frontend", readyEndpoints: 3 },
    { service: "Service shop/payment", readyEndpoints: 2 },
  ]),
  nodes: known([
    { node: "worker-1", ready: true },
    { node: "worker-2", ready: true },
  ]),
  apiServerAnswers: true,
};

export function readings(change: Partial<Readings>): Readings {
  return { ...healthy, ...change };
}

export function alert(name: string, labels: Record<string, string> = {}, more: Partial<AlertReading> = {}): AlertReading {
  return {
    name,
    labels: { alertname: name, namespace: "shop", severity: "critical", ...labels },
    state: "firing",
    silenced: false,
    ...more,
  };
}

export function alerts(...value: AlertReading[]): Partial<Readings> {
  return { alerts: known(value) };
}

export function objectives(checkout: "holds" | "violated" | "vanished", search: "holds" | "violated" | "vanished"): Partial<Readings> {
  return {
    objectives: known([
      { name: "checkout", namespace: "shop", state: checkout },
      { name: "search", namespace: "shop", state: search },
    ]),
  };
}

export function workloads(...value: [name: string, desired: number, ready: number, restarts?: number][]): Partial<Readings> {
  return {
    workloads: known(
      value.map(([name, desired, ready, restarts = 0]) => ({ workload: `Deployment shop/${name}`, desired, ready, restarts })),
    ),
  };
}

export function services(...value: [name: string, readyEndpoints: number][]): Partial<Readings> {
  return { services: known(value.map(([name, readyEndpoints]) => ({ service: `Service shop/${name}`, readyEndpoints }))) };
}

export function nodes(...value: [node: string, ready: boolean][]): Partial<Readings> {
  return { nodes: known(value.map(([node, ready]) => ({ node, ready }))) };
}
