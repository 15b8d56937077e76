import { createServer, type Server } from "node:http";
import type { Fault } from "../fault.ts";
import { isNamed, withField } from "../shop.ts";

const port = 18_099;
let outside: Server | undefined;

/** What it depends on is a program on the machine, outside the cluster; when that ends nothing in the cluster is wrong. */
export const outsideTheCluster: Fault = {
  id: "nothing-outside",
  alerts: ["HighRequestErrorRate"],
  components: [{ kind: "Deployment", name: "payment" }],
  causes: [],
  field: /$^/,
  setting(objects, { machineAddress }) {
    outside = createServer((_request, response) => response.end("{}")).listen(port, machineAddress);
    return objects.map((object) =>
      isNamed(object, "ConfigMap", "payment-config")
        ? withField(object, ["data", "BACKEND_URL"], `http://${machineAddress}:${port}/`)
        : object,
    );
  },
  async inject() {
    await closed();
  },
  leave: closed,
  repaired: () => Promise.resolve(true),
  nothing: /no cause was found|no safe remedy|every remedy/,
};

function closed(): Promise<void> {
  return new Promise((resolve) => {
    if (outside === undefined) return resolve();
    outside.close(() => resolve());
    outside.closeAllConnections();
    outside = undefined;
  });
}
