// What is meant for a Service or a pod never leaves the machine. kube-proxy changes the tables one after the other, so between
// two of them a Service has neither a pod nor its REJECT, and a pod's address stays in its rules for a moment after the pod.
// Such a packet took the default route, where a gateway may answer it (one did: 404 and no body), and whoever keeps
// connections went on talking to that one.

import { execute, executeOrFail } from "./execute.ts";
import { network } from "./settings.ts";

/** Addresses of Services are translated before these chains see them; of what still bears one, nobody is meant. */
const refusals = ["OUTPUT", "FORWARD"].map((chain) => [chain, "--destination", network.serviceCidr, "--jump", "REJECT"]);
/** Each pod that is there has a route of its own, which is narrower. */
const noRoute = ["unreachable", network.podCidr];

export async function keepInside(): Promise<void> {
  for (const rule of refusals) await executeOrFail("iptables", ["--wait", "--append", ...rule]);
  await executeOrFail("ip", ["route", "add", ...noRoute]);
}

/** Also of an `up` that did not get as far. */
export async function letOut(): Promise<void> {
  for (const rule of refusals) await execute("iptables", ["--wait", "--delete", ...rule]);
  await execute("ip", ["route", "delete", ...noRoute]);
}
