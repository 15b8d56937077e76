import { describe, expect, test } from "vitest";
import { BrokenInvariant } from "../../../src/failure.ts";
import { decide, effectOf } from "../../../src/transaction/decide.ts";
import type { IncidentEvent } from "../../../src/transaction/event.ts";
import type { Incident, State } from "../../../src/transaction/incident.ts";
import { incidentSchema } from "../../../src/transaction/incident.ts";
import {
  acted,
  after,
  at,
  attempt,
  by,
  checked,
  checkpointOf,
  episode,
  incident,
  limits,
  measured,
  minute,
  plan,
  resolved,
  severityOf,
  states,
  stuck,
  told,
} from "./incidents.ts";

const web = { kind: "Deployment", namespace: "shop", name: "web" };
const nowMs = minute;
const observed: Extract<IncidentEvent, { type: "observed" }> = {
  type: "observed",
  firing: "yes",
  severity: severityOf(6),
  subject: web,
  namespaces: ["shop"],
  why: "the alert does not fire any more",
};
const planned: Extract<IncidentEvent, { type: "planned" }> = { type: "planned", plan, mode: "auto", notes: [], why: "no cause was found" };
const checkpointed: IncidentEvent = { type: "checkpointed", checkpoint: checkpointOf(6, nowMs), severity: severityOf(6) };
const checkpointedAt0 = (onlySeen = false): IncidentEvent => ({
  type: "checkpointed",
  checkpoint: { ...checkpointOf(0, nowMs), ...(onlySeen ? { onlySeen } : {}) },
  severity: severityOf(0),
});
const guess = {
  cause: "changed-before-the-alert",
  component: web,
  confidence: 0.6,
  evidence: [],
  guess: true,
  remedies: [{ intent: plan.intent, actions: plan.actions }],
};
const refusal = (writes: number): IncidentEvent => ({ type: "action refused", action: 1, reason: "it is not allowed", writes });
const person = (type: "approved" | "rejected" | "aborted" | "acknowledged"): IncidentEvent => ({ type, by });
const names = Object.keys(states) as State["name"][];
const attempts = (count: number): Incident["attempts"] =>
  Array.from({ length: count }, (_, index) => ({ ...attempt, number: index + 1, ending: "undone" as const, writes: 2 }));

describe("what each state asks for", () => {
  test.each<readonly [State["name"], unknown]>([
    ["opened", { type: "turn", event: { type: "begun" } }],
    ["observing", { type: "observe" }],
    ["diagnosing", { type: "diagnose" }],
    ["planning", { type: "plan" }],
    ["awaiting_approval", { type: "wait", untilMs: 10 * minute }],
    ["checkpointing", { type: "checkpoint" }],
    ["acting", { type: "act", action: 0 }],
    ["settling", { type: "measure" }],
    ["evaluating", { type: "measure" }],
    ["undoing", { type: "undo" }],
    ["verifying_undo", { type: "check undo" }],
    ["closing", { type: "tidy" }],
    ["closed", { type: "nothing" }],
  ])("%s", (name, effect) => {
    expect(effectOf(at(name), nowMs)).toEqual(effect);
  });

  test("a pause comes first, except for what is over or waits for a person", () => {
    for (const name of names.filter((each) => each !== "closed" && each !== "awaiting_approval"))
      expect(effectOf(at(name, { waitUntilMs: nowMs + 1 }), nowMs)).toEqual({ type: "wait", untilMs: nowMs + 1 });
    expect(effectOf(at("closed", { waitUntilMs: nowMs + 1 }), nowMs)).toEqual({ type: "nothing" });
  });

  test("a question that nobody answered expires", () => {
    expect(effectOf(at("awaiting_approval"), 10 * minute)).toEqual({ type: "turn", event: { type: "expired" } });
  });
});

describe("the way to the checkpoint", () => {
  test.each<readonly [string, Incident, IncidentEvent, string]>([
    ["it begins", at("opened"), { type: "begun" }, "observing -> observe"],
    ["the alert fires", at("observing"), observed, "diagnosing -> diagnose"],
    ["the alert does not fire", at("observing"), { ...observed, firing: "no" }, "closing/self_resolved -> tidy"],
    ["the alert names nothing", at("observing"), { ...observed, namespaces: [] }, "closing/no_action -> tidy"],
    ["no cause is found", at("diagnosing"), { type: "diagnosed", hypotheses: [] }, "planning -> plan"],
    ["there is no plan yet: the evidence may ripen", at("planning"), { ...planned, plan: undefined }, "observing -> wait 20 s"],
    ["there is no plan and never will be", at("planning"), { ...planned, plan: undefined, final: true }, "closing/no_action -> tidy"],
    [
      "no plan after an attempt was undone",
      at("planning", { attempts: attempts(1) }),
      { ...planned, plan: undefined },
      "closing/restored -> tidy",
    ],
    ["it may only observe", at("planning"), { ...planned, mode: "observe" }, "closing/no_action -> tidy"],
    ["it must ask", at("planning"), { ...planned, mode: "approve" }, "awaiting_approval -> wait 1800 s"],
    ["it may act", at("planning"), planned, "checkpointing -> checkpoint"],
    ["somebody approves", at("awaiting_approval"), person("approved"), "checkpointing -> checkpoint"],
    ["somebody rejects", at("awaiting_approval"), person("rejected"), "closing/no_action -> tidy"],
    ["nobody answers", at("awaiting_approval"), { type: "expired" }, "closing/no_action -> tidy"],
    ["the scope is taken", at("checkpointing"), { type: "scope busy", holder: "i0" }, "observing -> wait 15 s"],
    ["the checkpoint is there", at("checkpointing"), checkpointed, "acting/0 -> act"],
    ["severity is 0, and the alert's end will tell", at("checkpointing"), checkpointedAt0(), "acting/0 -> act"],
    ["severity is 0, no alert can tell, and the plan is a guess", at("checkpointing"), checkpointedAt0(true), "closing/no_action -> tidy"],
    [
      "severity is 0, no alert can tell, and what is wrong was seen",
      at("checkpointing", { state: { name: "checkpointing", plan: { ...plan, seenAt: web } } }),
      checkpointedAt0(true),
      "acting/0 -> act",
    ],
    [
      "severity is 0, and only a person said that something is wrong",
      at("checkpointing", { episodes: [{ ...episode, asked: { by: "ada", words: "web is slow" } }] }),
      checkpointedAt0(),
      "closing/no_action -> tidy",
    ],
    [
      "only a guess where no alert can tell: the evidence may ripen",
      at("planning", { state: { name: "planning", hypotheses: [guess], onlySeen: true } }),
      { ...planned, plan: undefined },
      "observing -> wait 20 s",
    ],
    [
      "nothing allowed for what is seen where no alert can tell",
      at("planning", { state: { name: "planning", hypotheses: [{ ...guess, guess: false }], onlySeen: true } }),
      { ...planned, plan: undefined },
      "closing/no_action -> tidy",
    ],
  ])("%s", (_name, from, event, expected) => {
    expect(told(from, event, nowMs)).toBe(expected);
  });

  test("an approval that comes too late is none", () => {
    expect(told(at("awaiting_approval"), person("approved"), 10 * minute - 1)).toBe("checkpointing -> checkpoint");
    expect(told(at("awaiting_approval"), person("approved"), 10 * minute)).toBe("awaiting_approval -> expired");
  });

  test("while a scope is busy, the same news is told once", () => {
    const note = "Not tried: Scale it back. (it is protected).";
    const events: IncidentEvent[] = [];
    for (let round = 0; round < 50; round++)
      events.push(observed, { type: "diagnosed", hypotheses: [] }, { ...planned, notes: [note] }, { type: "scope busy", holder: "i0" });
    expect(after(at("observing"), 10, events).timeline.map(({ text }) => text)).toEqual([note, "Waiting: incident i0 is at work in shop."]);
  });

  test("a diagnosis is told once, in whatever words it comes again, and anew when something else is likelier", () => {
    const found = (cause: string, confidence: number, seen: string): IncidentEvent => {
      const component = { kind: "Deployment", namespace: "shop", name: "web" };
      return { type: "diagnosed", hypotheses: [{ cause, component, confidence, evidence: [seen], remedies: [] }] };
    };
    const events = [
      found("image", 0.6, "ErrImagePull"),
      found("image", 0.6, "ImagePullBackOff"),
      found("image", 0.9, "a third"),
      found("port", 0.9, "closed"),
    ];
    const ended = events.reduce(
      (current, event) => decide({ ...current, state: { name: "diagnosing" } }, event, nowMs, limits).next,
      incident({ name: "diagnosing" }),
    );
    expect(ended.timeline.map(({ text }) => text)).toEqual([
      "Diagnosis: image at Deployment shop/web (60 %): ErrImagePull",
      "Diagnosis: image at Deployment shop/web (90 %): a third",
      "Diagnosis: port at Deployment shop/web (90 %): closed",
    ]);
    expect(ended.diagnosis).toEqual(["port at Deployment shop/web (90 %): closed"]);
  });

  test("the checkpoint opens an attempt with its number and its first sample", () => {
    const { next } = decide(at("checkpointing", { attempts: attempts(1) }), checkpointed, nowMs, limits);
    expect(next.attempts.at(-1)).toEqual({
      ...attempt,
      number: 2,
      startedAtMs: nowMs,
      checkpoint: checkpointOf(6, nowMs),
      samples: [{ atMs: nowMs, severity: severityOf(6), oraclesPass: false, phase: "checkpoint" }],
    });
    expect(next.visiblePath).toEqual([{ atMs: nowMs, mu: 6 }]);
  });
});

describe("an event where it cannot come", () => {
  const only: readonly (readonly [IncidentEvent, readonly State["name"][]])[] = [
    [{ type: "begun" }, ["opened"]],
    [{ type: "expired" }, ["awaiting_approval"]],
    [observed, ["observing"]],
    [{ type: "diagnosed", hypotheses: [] }, ["diagnosing"]],
    [planned, ["planning"]],
    [{ type: "scope busy", holder: "i0" }, ["checkpointing", "planning"]],
    [checkpointed, ["checkpointing"]],
    [acted(0), ["acting"]],
    [refusal(0), ["acting"]],
    [measured(6), ["settling", "evaluating"]],
    [{ type: "undone", foreign: [], did: [] }, ["undoing"]],
    [{ type: "undo impossible", reason: "no", byHand: [] }, ["undoing"]],
    [checked(6), ["verifying_undo"]],
    [{ type: "tidied" }, ["closing"]],
  ];
  test.each(only)("$type is a broken invariant anywhere else", (event, allowed) => {
    for (const name of names) {
      const deciding = () => decide(at(name), event, nowMs, limits);
      if (allowed.includes(name)) expect(deciding).not.toThrow();
      else expect(deciding).toThrow(BrokenInvariant);
    }
  });
});

describe("the alert resolves while the incident is open", () => {
  test.each<readonly [State["name"], string]>([
    ["opened", "closing/self_resolved -> tidy"],
    ["observing", "closing/self_resolved -> tidy"],
    ["diagnosing", "closing/self_resolved -> tidy"],
    ["planning", "closing/self_resolved -> tidy"],
    ["awaiting_approval", "closing/self_resolved -> tidy"],
    ["checkpointing", "closing/self_resolved -> tidy"],
    ["acting", "acting/0 -> act"],
    ["settling", "settling -> measure"],
    ["evaluating", "evaluating -> measure"],
    ["undoing", "undoing/undefined -> undo"],
    ["verifying_undo", "verifying_undo -> check undo"],
    ["closing", "closing/mitigated -> tidy"],
    ["closed", "closed/mitigated -> nothing"],
  ])("in %s: %s", (name, expected) => {
    expect(told(at(name), resolved, nowMs)).toBe(expected);
  });

  const quiet = { episodes: [{ ...episode, firing: false }] };
  test("after a kept attempt it counts as mitigated, after an undone one it resolved by itself", () => {
    const kept: Incident["attempts"] = [{ ...attempt, ending: "committed", verdict: "improved" }];
    expect(told(at("diagnosing", { attempts: kept }), resolved, nowMs)).toBe("closing/mitigated -> tidy");
    expect(told(at("diagnosing", { attempts: attempts(1) }), resolved, nowMs)).toBe("closing/self_resolved -> tidy");
  });

  test("no further action of the plan is begun, and no further attempt", () => {
    expect(told(at("acting", quiet), acted(0), nowMs)).toBe("settling -> wait 10 s");
    expect(told(at("acting", quiet), refusal(0), nowMs)).toBe("closing/self_resolved -> tidy");
    // Quiet, while a change was in place that is taken back now: they get the time to fire again.
    expect(told(after(at("verifying_undo", quiet), 10_000, [checked(6)]), checked(6), nowMs)).toBe("observing -> wait 600 s");
  });

  test("one of two episodes still fires: nothing changes", () => {
    const episodes = [{ ...episode, firing: false }, episode];
    expect(told(at("planning"), { type: "episodes", episodes }, nowMs)).toBe("planning -> plan");
  });

  test("an undo that began is finished though the alert is gone", () => {
    const from = after(at("undoing"), 10_000, [resolved]);
    expect(told(from, { type: "undone", foreign: [], did: ["Put back."] }, nowMs)).toBe("verifying_undo -> check undo");
  });
});

describe("the whole of an incident is stored", () => {
  test.each(names)("%s comes back from JSON as it was", (name) => {
    const from = at(name);
    expect(incidentSchema.parse(JSON.parse(JSON.stringify(from)))).toEqual(from);
  });

  test("stuck, too", () => {
    expect(incidentSchema.parse(JSON.parse(JSON.stringify(incident(stuck))))).toEqual(incident(stuck));
  });
});
