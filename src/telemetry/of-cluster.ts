/** One cluster's alerts from a source that several clusters share. It must not make a failure look like silence. */
import type { AlertSource } from "./telemetry.ts";

/** Leaves out what names another cluster. Without that label an alert is this cluster's: a Prometheus adds its external labels only when it sends. */
export function alertsOfCluster(source: AlertSource, cluster: string): AlertSource {
  return {
    ...source,
    async alerts(of) {
      const read = await source.alerts(of);
      return read.ok ? { ...read, value: read.value.filter(({ labels }) => (labels["cluster"] ?? cluster) === cluster) } : read;
    },
  };
}
