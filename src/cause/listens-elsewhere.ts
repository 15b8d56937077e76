/**
 * PURE. A program that is told to listen on another port than the one that its container declares and its probes ask refuses every
 * connection there. Which of its flags says so, healthy workloads of the same image show: theirs has the value of a port that
 * they declare. Its own gets the port that everything else asks for.
 */
import { pointer } from "../kubernetes/json.ts";
import type { Container, Workload } from "../kubernetes/object.ts";
import { nameOf, refOf } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis } from "./cause.ts";
import { failingWorkloads, namedPods } from "./failing.ts";
import { historyOf } from "./history.ts";
import { targetOf } from "./owner.ts";
import { probeFailuresOf } from "./probe-differs-from-working-one.ts";
import type { ProbeFailure } from "./probe-differs-from-working-one.ts";
import { replaceBroken } from "./remedy.ts";
import { siblingsOf } from "./sibling.ts";
import { quoted } from "./wording.ts";

interface Stray {
  readonly index: number;
  readonly flag: string;
  readonly told: number;
  readonly asked: number;
}

const flagged = /^(--?[a-zA-Z][\w.-]{0,62})=(\d{1,5})$/;

export const listensElsewhere: Cause = {
  name: "listens-elsewhere",
  diagnose: (evidence) =>
    failingWorkloads(evidence, (pod) => probeFailuresOf(pod, evidence).filter(isRefused)).flatMap(({ workload, sightings }) => {
      // What it was told before is another cause's answer.
      if (historyOf(workload, evidence).earlier.length > 0) return [];
      return workload.spec.template.spec.containers.flatMap((container, at) => {
        const refused = sightings.filter(({ symptom }) => symptom.container === container.name);
        const failures = refused.map(({ symptom }) => symptom);
        const stray = strayIn(workload, container, failures, evidence);
        const pods = namedPods(refused.map(({ pod }) => pod));
        return stray === undefined ? [] : [hypothesis(workload, { container, at, stray, pods }, evidence)];
      });
    }),
};

function isRefused({ message }: ProbeFailure): boolean {
  return message.includes("connection refused");
}

/** Exactly one flag with a port that nobody asks, where exactly one port is asked and declared. */
function strayIn(workload: Workload, container: Container, failures: readonly ProbeFailure[], evidence: Evidence): Stray | undefined {
  const asked = [...new Set(failures.flatMap(({ field }) => portAsked(container, field) ?? []))];
  const [port] = asked;
  if (port === undefined || asked.length > 1) return undefined;
  const listening = new Set(
    siblingsOf(workload, evidence)
      .filter((sibling) => sibling.container.image === container.image)
      .flatMap((sibling) =>
        flagsOf(sibling.container)
          .filter(({ value }) => declares(sibling.container, value))
          .map(({ flag }) => flag),
      ),
  );
  const strays = flagsOf(container).filter(({ flag, value }) => listening.has(flag) && !declares(container, value) && value !== port);
  const [only, ...others] = strays;
  return only === undefined || others.length > 0 ? undefined : { index: only.index, flag: only.flag, told: only.value, asked: port };
}

function flagsOf({ args = [] }: Container): readonly { readonly index: number; readonly flag: string; readonly value: number }[] {
  return args.flatMap((argument, index) => {
    const [, flag, value] = flagged.exec(argument) ?? [];
    return flag === undefined || value === undefined ? [] : [{ index, flag, value: Number(value) }];
  });
}

function declares({ ports = [] }: Container, port: number): boolean {
  return ports.some(({ containerPort }) => containerPort === port);
}

/** The number of the port that the probe asks, when the container declares it. */
function portAsked(container: Container, field: ProbeFailure["field"]): number | undefined {
  const port = container[field]?.httpGet?.port ?? container[field]?.tcpSocket?.port;
  return container.ports?.find(({ name, containerPort }) => containerPort === port || name === port)?.containerPort;
}

function hypothesis(
  workload: Workload,
  { container, at, stray, pods }: { readonly container: Container; readonly at: number; readonly stray: Stray; readonly pods: string },
  evidence: Evidence,
): Hypothesis {
  const name = nameOf(refOf(workload));
  const { index, flag, told, asked } = stray;
  const value = `${flag}=${asked}`;
  return {
    cause: listensElsewhere.name,
    component: refOf(workload),
    confidence: 0.8,
    evidence: [
      `${pods} of ${name}: connections to port ${asked} are refused, which container ${container.name} declares and its probes ask.`,
      `It is told ${quoted(`${flag}=${told}`, 80)}; with the healthy workloads of its image that flag names a port that they declare.`,
    ],
    remedies: [
      {
        intent: `Let container ${container.name} of ${name} listen on the port that is asked, by ${quoted(value, 80)}.`,
        actions: [
          {
            type: "patch",
            target: targetOf(workload, evidence),
            operations: [{ op: "replace", path: `/spec/template/spec${pointer("containers", at, "args", index)}`, value }],
          },
          ...replaceBroken(workload, evidence),
        ],
      },
    ],
  };
}
