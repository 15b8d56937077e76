import type { Fault } from "../fault.ts";
import { raiseAlert } from "../monitoring.ts";

export const unknownObject: Fault = {
  id: "nothing-unknown-object",
  alerts: ["KubeDeploymentReplicasMismatch"],
  components: [{ kind: "Deployment", name: "ledger" }],
  causes: [],
  field: /$^/,
  inject: ({ cluster, namespace }) =>
    raiseAlert(cluster, { alertname: "KubeDeploymentReplicasMismatch", namespace, deployment: "ledger", severity: "warning" }, 240),
  repaired: () => Promise.resolve(true),
  nothing: /no cause was found|ledger/,
};
