import type { Fault } from "../fault.ts";

/** Only another claim, in place of this one, would bind: claims are not Stratus' to delete. */
export const storageClaim: Fault = {
  id: "nothing-storage",
  alerts: ["KubePersistentVolumeClaimPending", "KubePodNotReady"],
  components: [{ kind: "PersistentVolumeClaim", name: "archive" }],
  causes: ["storage-claim-pending"],
  field: /$^/,
  async inject(shop) {
    const { namespace } = shop;
    const labels = { app: "archive" };
    await shop.apply(
      {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { name: "archive", namespace },
        spec: { storageClassName: "no-such-class", accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
      },
      {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "archive", namespace, labels },
        spec: {
          replicas: 1,
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: {
              containers: [
                {
                  name: "app",
                  image: "test.local/busybox:1",
                  command: ["/bin/sleep", "86400"],
                  volumeMounts: [{ name: "archive", mountPath: "/archive" }],
                },
              ],
              volumes: [{ name: "archive", persistentVolumeClaim: { claimName: "archive" } }],
            },
          },
        },
      },
    );
  },
  repaired: () => Promise.resolve(true),
  nothing: /claim|storage/i,
};
