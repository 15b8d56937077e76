/** One cluster's alerts from a source that several clusters share. It must not make a failure look like silence. */
import { success } from "../failure.ts";
import type { AlertSource } from "./telemetry.ts";

/** Leaves out what names another cluster. Without that label an alert is this cluster's: a Prometheus adds its external labels only when it sends. */
export function alertsOfCluster(source: AlertSource, cluster: string): AlertSource {
  return {
    name: source.name,
    async alerts() {
      const read = await source.alerts();
      return read.ok ? success(read.value.filter(({ labels }) => (labels["cluster"] ?? cluster) === cluster)) : read;
    },
  };
}
