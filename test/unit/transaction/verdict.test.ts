import { describe, expect, test } from "vitest";
import type { Sample } from "../../../src/transaction/incident.ts";
import { defaultLimits } from "../../../src/transaction/limits.ts";
import { judgeSamples, muOfSample, worseSince } from "../../../src/transaction/verdict.ts";
import type { Rollout } from "../../../src/transaction/event.ts";
import { severityOf } from "./incidents.ts";

/** `3+` severity 3 and all oracles pass, `3-` an oracle fails, `3g` one fails and what was seen is gone, `?` unknown, `!` crashed, `9-3` of which 3 was announced; ten seconds apart. */
function samplesOf(series: string): Sample[] {
  return series
    .split(" ")
    .filter((word) => word !== "")
    .map((word, index) => ({
      atMs: (index + 1) * 10_000,
      severity: severityOf(word === "?" || word === "!" ? word : Number.parseInt(word, 10), Number(/[+-](\d+)$/.exec(word)?.[1] ?? 0)),
      oraclesPass: word.includes("+"),
      ...(word.includes("g") ? { findingGone: true } : {}),
      phase: "evaluating",
    }));
}

interface Circumstances {
  readonly late?: boolean;
  readonly rollout?: Rollout["state"];
  readonly paper?: boolean;
}

function judged(before: number, series: string, { late = false, rollout = "complete", paper = false }: Circumstances): string {
  const samples = samplesOf(series);
  const judgement = judgeSamples(
    { before, samples, nowMs: samples.length * 10_000, deadlineMs: late ? samples.length * 10_000 : 600_000, rollout },
    { ...defaultLimits, commitRule: paper ? "paper" : "improve" },
  );
  if (judgement.kind === "wait") return "wait";
  return judgement.kind === "commit" ? `commit ${judgement.verdict}` : `abort ${judgement.verdict}: ${judgement.reason}`;
}

const late = { late: true };
const failed = { rollout: "failed" } as const;
const paper = { late: true, paper: true };
const notSure = "abort inconclusive: severity could not be measured often enough to be sure";
const useless = "abort unchanged: severity is still 6: a change that does nothing must not stay";

describe("what a series of samples comes to", () => {
  test.each<readonly [string, number, string, Circumstances, string]>([
    ["nothing measured yet", 6, "", {}, "wait"],
    ["one good sample", 6, "0+", {}, "wait"],
    ["two good samples", 6, "0+ 0+", {}, "wait"],
    ["three good samples in a row", 6, "0+ 0+ 0+", {}, "commit resolved"],
    ["good only in the end", 6, "9- 9- 0+ 0+ 0+", {}, "commit resolved"],
    ["good, interrupted by one that is not", 6, "0+ 0+ 3- 0+ 0+", {}, "wait"],
    ["good, interrupted by one that is unknown", 6, "0+ 0+ ? 0+ 0+", {}, "wait"],
    ["good, interrupted by a crash", 6, "0+ 0+ ! 0+ 0+", {}, "wait"],
    ["good again after an unknown one", 6, "0+ ? 0+ 0+ 0+", {}, "commit resolved"],
    ["oracles pass though severity is as before", 6, "6+ 6+ 6+", {}, "commit resolved"],
    ["oracles pass from nothing to nothing", 0, "0+ 0+ 0+", {}, "commit resolved"],
    ["oracles pass though severity is above before", 6, "7+ 7+ 7+", {}, "wait"],
    ["oracles pass, one sample above before", 6, "3+ 7+ 3+", {}, "wait"],
    ["lower and oracles fail: time may still help", 6, "3- 3- 3-", {}, "wait"],
    ["lower, one oracle failed once", 6, "3+ 3- 3+", {}, "wait"],
    ["the same, and what was seen is gone", 6, "6- 6g 6g 6g", {}, "commit improved"],
    ["the same, and what was seen was there again", 6, "6g 6- 6g", {}, "wait"],
    ["what was seen is gone, and severity is above before", 6, "7g 7g 7g", {}, "wait"],
    ["what was seen is gone, and the rollout hangs", 6, "6g 6g 6g", failed, useless],
    ["the same: time may still help", 6, "6- 6- 6-", {}, "wait"],
    ["worse: the guard in flight is for that", 6, "9- 9- 9-", {}, "wait"],
    ["unknown throughout", 6, "? ? ?", {}, "wait"],
    ["crashed throughout", 6, "! ! !", {}, "wait"],
    ["late, nothing measured: nobody was there", 6, "", late, "wait"],
    ["late, only two good samples: a third is taken", 6, "0+ 0+", late, "wait"],
    ["late, three good samples", 6, "0+ 0+ 0+", late, "commit resolved"],
    ["late and lower, oracles fail", 6, "3- 3- 3-", late, "commit improved"],
    ["late and lower by little", 6, "5- 5- 5-", late, "commit improved"],
    ["late and lower, oracles now and then", 6, "3+ 3- 3+", late, "commit improved"],
    ["late and lower in the last three only", 6, "9- 6- 5- 4- 3-", late, "commit improved"],
    ["late and the same", 6, "6- 6- 6-", late, useless],
    ["late, lower once and the same twice", 6, "6- 5- 6-", late, useless],
    ["late, lower but the last", 6, "3- 3- 6-", late, useless],
    ["late and worse", 6, "7- 7- 7-", late, "abort regressed: severity is 7, it was 6 before"],
    ["late, worse once of three", 6, "3- 8- 3-", late, "abort regressed: severity is 8, it was 6 before"],
    ["late and worse by what was announced", 6, "9-3 9-3 9-3", late, "abort unchanged: severity is 9, it was 6 before"],
    ["late and worse by more than was announced", 6, "12-3 12-3 12-3", late, "abort regressed: severity is 12, it was 6 before"],
    ["worse by what was announced, by the paper's rule", 6, "9+3 9+3 9+3", paper, "abort unchanged: severity is 9, it was 6 before"],
    ["late, worse long ago", 6, "9- 3- 3- 3-", late, "commit improved"],
    ["late, one unknown among lower ones", 6, "3- ? 3-", late, notSure],
    ["late, the last is unknown", 6, "0+ 0+ ?", late, notSure],
    ["late, unknown throughout", 6, "? ? ?", late, notSure],
    ["late, unknown and worse: worse is enough", 6, "? 7- ?", late, "abort regressed: severity is 7, it was 6 before"],
    ["late, a single sample that is worse: two more are taken", 6, "7-", late, "wait"],
    ["late, crashed once of three", 6, "3- ! 3-", late, "abort regressed: the cluster is down"],
    ["late, crashed throughout", 6, "! ! !", late, "abort regressed: the cluster is down"],
    ["late, from nothing to something", 0, "1- 0+ 0+", late, "abort regressed: severity is 1, it was 0 before"],
    [
      "late, from nothing to nothing, oracles fail",
      0,
      "0- 0- 0-",
      late,
      "abort unchanged: severity is still 0: a change that does nothing must not stay",
    ],
    ["the rollout failed, too early to say", 6, "6- 6-", failed, "wait"],
    ["the rollout failed, the same: waiting cannot help", 6, "6- 6- 6-", failed, useless],
    ["the rollout failed, worse: waiting cannot help", 6, "7- 7- 7-", failed, "abort regressed: severity is 7, it was 6 before"],
    ["the rollout failed and it is lower all the same", 6, "3- 3- 3-", failed, "wait"],
    ["the rollout failed, lower now and then", 6, "6- 5- 6-", failed, "wait"],
    ["the rollout failed, one unknown", 6, "6- ? 6-", failed, "wait"],
    ["the rollout failed, the old pods serve on", 6, "0+ 0+ 0+", failed, "wait"],
    ["the rollout failed, the old pods serve on, nothing is better", 6, "6+ 6+ 6+", failed, useless],
    ["the rollout failed and the cluster crashed", 6, "! ! !", failed, "abort regressed: the cluster is down"],
    ["by the paper's rule the same may stay", 6, "6- 6- 6-", paper, "commit unchanged"],
    ["by the paper's rule, lower but the last", 6, "3- 3- 6-", paper, "commit unchanged"],
    ["by the paper's rule lower is improved", 6, "3- 3- 3-", paper, "commit improved"],
    ["by the paper's rule worse is undone", 6, "6- 7- 6-", paper, "abort regressed: severity is 7, it was 6 before"],
    ["by the paper's rule unknown is undone", 6, "6- ? 6-", paper, notSure],
    ["by the paper's rule, too, it takes until the deadline", 6, "6- 6- 6-", { paper: true }, "wait"],
  ])("%s (before %i: %s)", (_name, before, series, circumstances, expected) => {
    expect(judged(before, series, circumstances)).toBe(expected);
  });
});

describe("the guard in flight", () => {
  test.each<readonly [string, number, string, number | undefined]>([
    ["never above", 9, "6- 9- 3-", undefined],
    ["above since the second", 9, "6- 10- 11-", 20_000],
    ["above, and back", 9, "10- 10- 9-", undefined],
    ["above, back, above again", 9, "10- 9- 10-", 30_000],
    ["an unknown one does not end it", 9, "10- ? ?", 10_000],
    ["what was announced before the first write is not above", 9, "12-3 12-3", undefined],
    ["and what came besides is", 9, "12-3 15-3", 20_000],
    ["an unknown one does not begin it", 9, "9- ? ?", undefined],
    ["a crash is above everything", 9, "9- ! ?", 20_000],
  ])("%s", (_name, threshold, series, expected) => {
    expect(samplesOf(series).reduce<number | undefined>((since, sample) => worseSince(sample, threshold, since), undefined)).toBe(expected);
  });
});

test("severity as a number: infinite when crashed, none when unknown", () => {
  expect(samplesOf("4- ! ?").map(muOfSample)).toEqual([4, Infinity, undefined]);
});
