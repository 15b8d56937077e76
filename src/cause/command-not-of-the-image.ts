/**
 * PURE. `command` in a container replaces the image's ENTRYPOINT (kubernetes.io, Define a Command and Arguments). One that
 * names no program of the image can never start; one that no other healthy workload of the same image needs is suspected
 * when the container crashes. Taking it away lets the image run what it was built to run.
 */
import { jsonEqual, pointer } from "../kubernetes/json.ts";
import type { Container, Workload } from "../kubernetes/object.ts";
import { nameOf, refOf } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis, Remedy } from "./cause.ts";
import { cannotStart, crashingContainers } from "./crashing.ts";
import type { CrashingContainer } from "./crashing.ts";
import { historyOf } from "./history.ts";
import { targetOf } from "./owner.ts";
import { replaceBroken } from "./remedy.ts";
import { siblingsOf } from "./sibling.ts";
import { quoted } from "./wording.ts";

export const commandNotOfTheImage: Cause = {
  name: "command-not-of-the-image",
  diagnose: (evidence) =>
    crashingContainers(evidence)
      .filter(({ container }) => (container.command ?? []).length > 0)
      .flatMap((crashing) => judge(crashing, evidence)),
};

function judge({ workload, container, index, statuses, seen }: CrashingContainer, evidence: Evidence): readonly Hypothesis[] {
  const unstartable = statuses.some(cannotStart);
  const others = siblingsOf(workload, evidence).filter((sibling) => sibling.container.image === container.image);
  const usual = others.map((sibling) => sibling.container.command);
  const [first] = usual;
  // A shell's script is its own workload's business.
  const agreed = others.length > 0 && usual.every((command) => jsonEqual(command, first)) && (first ?? []).length <= 1;
  if (agreed && jsonEqual(first, container.command)) return [];
  if (!unstartable && !(agreed && (container.command ?? []).length === 1)) return [];
  const known = historyOf(workload, evidence).earlier.length > 0;
  const confidence = (unstartable ? (agreed ? 0.88 : 0.7) : 0.75) - (known ? 0.1 : 0);
  const text = quoted((container.command ?? []).join(" "), 80);
  return [
    {
      cause: commandNotOfTheImage.name,
      component: refOf(workload),
      confidence,
      evidence: [
        seen,
        `Container ${container.name} replaces the image's own program by ${text}${unstartable ? ", which the image cannot start" : ""}.`,
        ...(agreed ? [`No other container of image ${quoted(container.image ?? "")} here does (${others.length} are well).`] : []),
      ],
      // Without anybody who shows what is usual, and a script that cannot start, what the image would do is not known.
      remedies:
        agreed || (container.command ?? []).length === 1 ? [remedy(workload, container, index, agreed ? first : undefined, evidence)] : [],
    },
  ];
}

function remedy(
  workload: Workload,
  { name }: Container,
  index: number,
  command: readonly string[] | undefined,
  evidence: Evidence,
): Remedy {
  const path = `/spec/template/spec${pointer("containers", index, "command")}`;
  const what = command === undefined ? "the image's own program" : quoted(command.join(" "), 80);
  return {
    intent: `Let container ${name} of ${nameOf(refOf(workload))} run ${what} again.`,
    actions: [
      {
        type: "patch",
        target: targetOf(workload, evidence),
        operations: [command === undefined ? { op: "remove", path } : { op: "replace", path, value: [...command] }],
      },
      ...replaceBroken(workload, evidence),
    ],
  };
}
