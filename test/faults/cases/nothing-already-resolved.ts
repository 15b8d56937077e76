import { receiverSecret, receiverUrl } from "../../incident/stratus.ts";
import type { Fault } from "../fault.ts";

/** A notification that was late: what it tells of is over, and nothing that watches knows of it any more. */
export const alreadyResolved: Fault = {
  id: "nothing-already-resolved",
  alerts: ["KubeDeploymentReplicasMismatch"],
  components: [{ kind: "Deployment", name: "stock" }],
  causes: [],
  field: /$^/,
  async inject({ namespace }) {
    const alert = {
      status: "firing",
      labels: { alertname: "KubeDeploymentReplicasMismatch", namespace, deployment: "stock", severity: "warning" },
      annotations: {},
      startsAt: new Date(Date.now() - 60_000).toISOString(),
      endsAt: "0001-01-01T00:00:00Z",
      generatorURL: "",
    };
    const answer = await fetch(receiverUrl(), {
      method: "POST",
      headers: { authorization: `Bearer ${receiverSecret}`, "content-type": "application/json" },
      body: JSON.stringify({ version: "4", status: "firing", alerts: [alert] }),
    });
    if (answer.status !== 202) throw new Error(`the receiver answers ${answer.status}`);
  },
  repaired: () => Promise.resolve(true),
  nothing: /active any more|no longer|not firing|does not fire/,
};
