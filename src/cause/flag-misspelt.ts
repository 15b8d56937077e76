/**
 * PURE. Most programs end at once when they are given a flag that they do not know. Where other, healthy workloads run the same image,
 * and exactly one flag that they are given is a slip of the finger away, that one was meant: its name is corrected, its value kept.
 */
import type { ActionOf } from "../action/action.ts";
import { pointer } from "../kubernetes/json.ts";
import { nameOf, refOf } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis } from "./cause.ts";
import { crashingContainers, ranOutOfMemory } from "./crashing.ts";
import type { CrashingContainer } from "./crashing.ts";
import { historyOf } from "./history.ts";
import { nearName } from "./near-name.ts";
import { targetOf } from "./owner.ts";
import { replaceBroken } from "./remedy.ts";
import { siblingsOf } from "./sibling.ts";
import { listed, quoted } from "./wording.ts";

interface Misspelt {
  readonly index: number;
  readonly flag: string;
  readonly meant: string;
  readonly argument: string;
}

/** `--name` or `-name`, and what follows in the same argument. */
const flagged = /^(--?[a-zA-Z][\w.-]{2,62})(=.*)?$/s;

export const flagMisspelt: Cause = {
  name: "flag-misspelt",
  diagnose: (evidence) =>
    crashingContainers(evidence)
      .filter((crashing) => !ranOutOfMemory(crashing))
      .flatMap((crashing) => {
        const misspelt = misspeltIn(crashing, evidence);
        return misspelt.length === 0 ? [] : [hypothesis(crashing, misspelt, evidence)];
      }),
};

function misspeltIn({ workload, container: { image, args = [] } }: CrashingContainer, evidence: Evidence): readonly Misspelt[] {
  const others = siblingsOf(workload, evidence).filter((sibling) => sibling.container.image === image);
  const known = [...new Set(others.flatMap(({ container }) => (container.args ?? []).flatMap((argument) => flagOf(argument) ?? [])))];
  const given = args.flatMap((argument) => flagOf(argument) ?? []);
  return args.flatMap((argument, index) => {
    const flag = flagOf(argument);
    if (flag === undefined || known.includes(flag)) return [];
    const meant = nearName(flag, known);
    return meant === undefined || given.includes(meant) ? [] : [{ index, flag, meant, argument }];
  });
}

function flagOf(argument: string): string | undefined {
  return flagged.exec(argument)?.[1];
}

function hypothesis(
  { workload, container, index: at, seen }: CrashingContainer,
  misspelt: readonly Misspelt[],
  evidence: Evidence,
): Hypothesis {
  const name = nameOf(refOf(workload));
  const isNew = historyOf(workload, evidence).earlier.length === 0;
  const operations = misspelt.map(({ index, flag, meant, argument }): ActionOf<"patch">["operations"][number] => ({
    op: "replace",
    path: `/spec/template/spec${pointer("containers", at, "args", index)}`,
    value: `${meant}${argument.slice(flag.length)}`,
  }));
  return {
    cause: flagMisspelt.name,
    component: refOf(workload),
    confidence: isNew ? 0.86 : 0.74,
    evidence: [
      seen,
      ...misspelt.map(
        ({ flag, meant }) =>
          `Container ${container.name} is given ${quoted(flag, 80)}; the other workloads of its image, which are well, know ${quoted(meant, 80)}.`,
      ),
    ],
    remedies: [
      {
        intent: `Spell ${listed(misspelt.map(({ flag, meant }) => `${quoted(flag, 80)} as ${quoted(meant, 80)}`))} in container ${container.name} of ${name}.`,
        actions: [{ type: "patch", target: targetOf(workload, evidence), operations }, ...replaceBroken(workload, evidence)],
      },
    ],
  };
}
