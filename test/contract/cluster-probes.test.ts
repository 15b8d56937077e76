/**
 * The in-memory cluster answers every probe as a real API server did when it was recorded (`npm run probes -- record`): status,
 * the API's word and sentence for a failure, the object that is answered and the one that is there afterwards.
 */
import { describe, expect, test } from "vitest";
import { failureOf } from "../../src/cluster/answer.ts";
import { namespaceOf } from "../cluster-probes/probe.ts";
import { readRecording } from "../cluster-probes/recording.ts";
import { replayCase } from "../cluster-probes/replay.ts";
import type { Replayed } from "../cluster-probes/replay.ts";
import { cases, modelled } from "../cluster-probes/table.ts";
import { beyondTheModel } from "../cluster-probes/cases/beyond.ts";

const recording = readRecording();

function recordedOf(name: string, index: number) {
  const found = recording.probes.filter((one) => one.case === name)[index];
  if (found === undefined) throw new Error(`probe ${index} of ${name} is not recorded: run \`npm run probes -- record\``);
  return found.outcome;
}

const replayed = new Map<string, readonly Replayed[]>();
for (const one of cases) replayed.set(one.name, await replayCase(one));

test("the recording is of this table, and of the version that the test cluster runs", () => {
  const told = cases.flatMap((one) => one.probes.map((probe) => `${one.name}: ${probe.name}`));
  expect(recording.probes.map((one) => `${one.case}: ${one.probe}`)).toEqual(told);
  expect(recording.version).toBe("v1.34.4");
  expect(new Set(cases.map(namespaceOf)).size).toBe(cases.length);
});

for (const { name, probes } of modelled) {
  describe(name, () => {
    test.each(probes.map((probe, index) => [probe.name, index] as const))("%s", (_name, index) => {
      const here = replayed.get(name)?.[index];
      const recorded = recordedOf(name, index);
      if (here === undefined) throw new Error("it was not replayed");
      // What Stratus does not even send, the server does not take either.
      if ("unsent" in here) expect([400, 500]).toContain(recorded.status);
      else expect(here.outcome).toEqual(recorded);
    });
  });
}

test("what Stratus does not even send is two patches whose entries have no name to be found by", () => {
  const unsent = modelled.flatMap((one) => replayed.get(one.name) ?? []).flatMap((one) => ("unsent" in one ? [one.unsent] : []));
  expect(unsent).toEqual([
    "spec.template.spec.containers: an entry has no name to be found by",
    "spec.ports: an entry has no port to be found by",
  ]);
});

test.each(beyondTheModel.probes.map((probe, index) => [probe.name, index] as const))("%s: refused there, taken here", (_name, index) => {
  const here = replayed.get(beyondTheModel.name)?.[index];
  expect(recordedOf(beyondTheModel.name, index).status).toBeGreaterThanOrEqual(400);
  expect(here !== undefined && "outcome" in here && here.outcome.status).toBeLessThan(300);
});

test("every recorded failure becomes a failure that says whether it took effect", () => {
  const kinds = recording.probes
    .filter(({ outcome }) => outcome.status >= 300)
    .map(({ outcome }) => failureOf({ status: outcome.status, reason: outcome.message ?? "" }, true).failure)
    .map((failure) => (failure.kind === "unavailable" ? `${failure.kind} ${failure.effect}` : failure.kind));
  expect([...new Set(kinds)].toSorted()).toEqual(["conflict", "refused", "unavailable none", "unavailable unknown"]);
});
