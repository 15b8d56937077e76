/** Incidents at every place of their life, and the events that come there. */
import type { Plan } from "../../../src/action/action.ts";
import type { Severity } from "../../../src/severity/severity.ts";
import { decide } from "../../../src/transaction/decide.ts";
import type { IncidentEvent, Measurement, Rollout } from "../../../src/transaction/event.ts";
import type { Attempt, Checkpoint, Incident, State } from "../../../src/transaction/incident.ts";
import { defaultLimits } from "../../../src/transaction/limits.ts";

export const minute = 60_000;
export const limits = defaultLimits;
export const by = "ada";

const web = { kind: "Deployment", namespace: "shop", name: "web" } as const;

export const plan: Plan = {
  intent: "Scale it back.",
  source: "a test",
  actions: [
    { type: "scale", target: web, replicas: 3 },
    { type: "restart", target: web },
  ],
};

export const episode = { name: "HighErrorRate", labels: { namespace: "shop" }, startsAtMs: 0, firing: true };
export const resolved: IncidentEvent = { type: "episodes", episodes: [{ ...episode, firing: false }] };

/** A number is mu. */
export function severityOf(mu: number | "?" | "!", announced = 0): Severity {
  if (mu === "?") return { kind: "unknown", reason: "Prometheus does not answer" };
  if (mu === "!") return { kind: "crashed", reason: "the API server does not answer" };
  return {
    kind: "known",
    mu,
    vector: { alerts: [], violations: [], lostCapacity: [] },
    ...(announced === 0 ? {} : { announced }),
  };
}

export function checkpointOf(mu: number, atMs = 0): Checkpoint {
  const baseline = {
    activeAlerts: [],
    firingAlerts: [],
    holdingObjectives: [],
    desired: {},
    servingServices: [],
    idleServices: [],
    nodes: [],
  };
  return { atMs, mu, baseline };
}

export const complete: Rollout = { state: "complete", reason: "" };

export function measured(mu: number | "?" | "!", { pass = false, rollout = complete } = {}): Extract<IncidentEvent, { type: "measured" }> {
  const measurement: Measurement = {
    severity: severityOf(mu),
    oracles: [{ oracle: "alerts", state: pass ? "passes" : "fails", reason: "" }],
    rollout,
    restarts: {},
  };
  return { type: "measured", measurement };
}

export function checked(
  mu: number | "?" | "!",
  differences: readonly string[] = [],
  comparable = mu,
): Extract<IncidentEvent, { type: "undo checked" }> {
  return {
    type: "undo checked",
    differences,
    foreign: [],
    severity: severityOf(mu),
    comparable: severityOf(comparable),
    byHand: ["kubectl patch"],
  };
}

export function acted(action: number, writes = action + 1): Extract<IncidentEvent, { type: "acted" }> {
  return { type: "acted", action, writes, budget: 3, did: `kubectl ${action}` };
}

export const failed: Extract<IncidentEvent, { type: "failed" }> = { type: "failed", reason: "it does not answer" };

export const attempt: Attempt = {
  number: 1,
  plan,
  startedAtMs: 0,
  checkpoint: checkpointOf(6),
  writes: 0,
  transientBudget: 0,
  samples: [{ atMs: 0, severity: severityOf(6), oraclesPass: false, phase: "checkpoint" }],
  oracles: [],
  foreign: [],
  remarks: [],
};

export function incident(state: State, more: Partial<Incident> = {}): Incident {
  return {
    schema: 1,
    id: "i1",
    cluster: "main",
    subjectKey: "shop/web",
    namespaces: ["shop"],
    episodes: [episode],
    openedAtMs: 0,
    state,
    attempts: [],
    visiblePath: [],
    diagnosis: [],
    timeline: [],
    told: 0,
    notifyAfterMs: 0,
    notifyFailures: 0,
    waitUntilMs: 0,
    failures: 0,
    fence: 1,
    ...more,
  };
}

export const states: { readonly [N in State["name"]]: Extract<State, { name: N }> } = {
  opened: { name: "opened" },
  observing: { name: "observing" },
  diagnosing: { name: "diagnosing" },
  planning: { name: "planning", hypotheses: [] },
  awaiting_approval: { name: "awaiting_approval", plan, expiresAtMs: 10 * minute },
  checkpointing: { name: "checkpointing", plan },
  acting: { name: "acting", nextAction: 0 },
  settling: { name: "settling", sinceMs: 0, deadlineMs: 10 * minute },
  evaluating: { name: "evaluating", sinceMs: 0, deadlineMs: 10 * minute, restarts: {} },
  undoing: { name: "undoing", sinceMs: 0 },
  verifying_undo: { name: "verifying_undo", sinceMs: 0, patientUntilMs: 10 * minute, comparableBack: 0, deadlineMs: 10 * minute },
  closing: { name: "closing", outcome: "mitigated", reason: "it works", byHand: [] },
  closed: { name: "closed", outcome: "mitigated", reason: "it works", byHand: [], endedAtMs: 0, acknowledged: true },
};

export const stuck: State = {
  name: "closed",
  outcome: "stuck",
  reason: "it resists",
  byHand: ["kubectl"],
  endedAtMs: 0,
  acknowledged: false,
};

const withoutAttempt = ["opened", "observing", "diagnosing", "planning", "awaiting_approval", "checkpointing"];

/** In flight it has an attempt; from `settling` on, one with two writes. */
export function at(name: State["name"], more: Partial<Incident> = {}): Incident {
  const writes = name === "acting" ? 0 : 2;
  return incident(states[name], { attempts: withoutAttempt.includes(name) ? [] : [{ ...attempt, writes }], ...more });
}

/** State and outcome or verdict, and what is to be done next: `undoing/regressed -> undo`. */
export function told(from: Incident, event: IncidentEvent, nowMs: number, within = limits): string {
  const { next, effect } = decide(from, event, nowMs, within);
  const { state } = next;
  const more =
    state.name === "closing" || state.name === "closed"
      ? `/${state.outcome}`
      : state.name === "undoing"
        ? `/${next.attempts.at(-1)?.verdict}`
        : state.name === "acting"
          ? `/${state.nextAction}`
          : "";
  const does =
    effect.type === "wait" ? `wait ${(effect.untilMs - nowMs) / 1000} s` : effect.type === "turn" ? effect.event.type : effect.type;
  return `${state.name}${more} -> ${does}`;
}

/** Feeds events one after another, each that many milliseconds after the one before. */
export function after(from: Incident, stepMs: number, events: readonly IncidentEvent[], startMs = 0): Incident {
  return events.reduce((current, event, index) => decide(current, event, startMs + (index + 1) * stepMs, limits).next, from);
}
