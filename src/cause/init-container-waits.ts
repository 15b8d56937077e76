/**
 * PURE. The containers of a pod start only when its init containers have ended, one after the other (kubernetes.io, Init
 * Containers). One that waits for a name which no Service has waits for ever. Where the name is a slip away from the only
 * Service that can be meant, it is corrected; a template that did without it is another cause's remedy.
 */
import { pointer } from "../kubernetes/json.ts";
import type { Container, Workload } from "../kubernetes/object.ts";
import { nameOf, refOf } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis } from "./cause.ts";
import { failingWorkloads, namedPods } from "./failing.ts";
import { nearName } from "./near-name.ts";
import { targetOf } from "./owner.ts";
import { replaceBroken } from "./remedy.ts";
import { listed, quoted } from "./wording.ts";

const graceMs = 30_000;
/** Longer scripts are not looked at. */
const textMax = 10_000;
/** `database.prod`, and with `.svc` behind it. */
const ofNamespace = /(?<![\w.-])([a-z][a-z0-9-]{0,62})\.([a-z][a-z0-9-]{0,62})(?:\.svc(?:\.cluster\.local)?)?(?![\w.-])/g;
/** What shell scripts wait with, and the host that comes after it. */
const waitsFor =
  /\b(?:nslookup|getent hosts|ping(?: -c ?\d+)?|nc(?: -[a-z]+)*|wget(?: -[\w-]+)*|curl(?: -[\w-]+)*) (?:https?:\/\/)?([a-z][a-z0-9-]{0,62})((?:\.[a-z0-9-]+)*)/g;

export const initContainerWaits: Cause = {
  name: "init-container-waits",
  diagnose: (evidence) =>
    failingWorkloads(evidence, (pod) =>
      (pod.status?.initContainerStatuses ?? []).filter(
        ({ ready, state, restartCount }) =>
          !ready && (restartCount > 1 || evidence.atMs - Date.parse(state?.running?.startedAt ?? "") > graceMs),
      ),
    ).flatMap(({ workload, sightings }) =>
      (workload.spec.template.spec.initContainers ?? []).flatMap((container, index) => {
        const waiting = sightings.filter(({ symptom }) => symptom.name === container.name);
        if (waiting.length === 0) return [];
        return [hypothesis(workload, container, index, namedPods(waiting.map(({ pod }) => pod)), evidence)];
      }),
    ),
};

interface Named {
  readonly field: "command" | "args";
  readonly position: number;
  readonly text: string;
  readonly host: string;
  readonly meant: string | undefined;
}

/** Names in its script that no Service of the namespace has, and names of its Services that are looked for elsewhere. */
function unknownHosts(container: Container, app: readonly Container[], evidence: Evidence): readonly Named[] {
  const { services, namespace } = evidence;
  const names = services.map(({ metadata }) => metadata.name);
  return textsOf(container).flatMap((place) => {
    const script = withoutComments(place.text);
    const here = [...script.matchAll(waitsFor)].flatMap(([, host = "", domain = ""]) => {
      const local = domain === "" || domain === `.${namespace}` || domain.startsWith(`.${namespace}.svc`);
      return local && !names.includes(host) ? [{ ...place, host, meant: nearName(host, names) }] : [];
    });
    const elsewhere = [...script.matchAll(ofNamespace)].flatMap(([host = "", name = "", other = ""]) => {
      // What the app itself calls there is meant to be there.
      const isStray = other !== namespace && names.includes(name) && !JSON.stringify(app).includes(host);
      return isStray ? [{ ...place, host, meant: name }] : [];
    });
    return [...here, ...elsewhere];
  });
}

function textsOf({ command = [], args = [] }: Container): readonly Pick<Named, "field" | "position" | "text">[] {
  return [
    ...command.map((text, position) => ({ field: "command" as const, position, text })),
    ...args.map((text, position) => ({ field: "args" as const, position, text })),
  ].filter(({ text }) => text.length <= textMax);
}

function withoutComments(script: string): string {
  return script.replaceAll(/(^|\s)#.*$/gm, "$1");
}

function hypothesis(workload: Workload, container: Container, index: number, pods: string, evidence: Evidence): Hypothesis {
  const name = nameOf(refOf(workload));
  const unknown = unknownHosts(container, workload.spec.template.spec.containers, evidence);
  const clear = unknown.filter(({ meant }) => meant !== undefined);
  return {
    cause: initContainerWaits.name,
    component: refOf(workload),
    confidence: clear.length > 0 ? 0.85 : unknown.length > 0 ? 0.7 : 0.4,
    evidence: [
      `${pods} of ${name} did not get past init container ${container.name}.`,
      ...(unknown.length === 0
        ? []
        : [`It waits for ${listed([...new Set(unknown.map(({ host }) => quoted(host, 130)))])}, and there is no such Service here.`]),
    ],
    remedies: clear.slice(0, 1).map(({ field, position, text, host, meant = "" }) => ({
      intent: `Let init container ${container.name} of ${name} wait for Service ${quoted(meant, 63)}.`,
      actions: [
        {
          type: "patch" as const,
          target: targetOf(workload, evidence),
          operations: [
            {
              op: "replace" as const,
              path: `/spec/template/spec${pointer("initContainers", index, field, position)}`,
              value: text.replaceAll(new RegExp(`(?<![\\w.-])${host.replaceAll(".", "\\.")}(?![\\w-])`, "g"), meant),
            },
          ],
        },
        ...replaceBroken(workload, evidence),
      ],
    })),
  };
}
