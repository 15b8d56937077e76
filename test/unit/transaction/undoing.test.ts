import { describe, expect, test } from "vitest";
import { decide } from "../../../src/transaction/decide.ts";
import type { IncidentEvent } from "../../../src/transaction/event.ts";
import type { Incident } from "../../../src/transaction/incident.ts";
import { after, at, attempt, checked, failed, limits, minute, told } from "./incidents.ts";

const undone = (
  did: readonly string[] = ["Put back on Deployment shop/web: spec.replicas."],
  foreign: readonly string[] = [],
): IncidentEvent => ({
  type: "undone",
  did,
  foreign,
});
const verifying = (...events: readonly IncidentEvent[]): Incident => after(at("verifying_undo"), 10_000, events);

describe("an attempt is taken back", () => {
  test("then it is checked at once", () => {
    expect(told(at("undoing"), undone(), minute)).toBe("verifying_undo -> check undo");
  });

  test("a person is told what was put back, and what was left to others", () => {
    const { next } = decide(at("undoing"), undone(["Put back."], ["Left as it is."]), minute, limits);
    expect(next.timeline.map(({ text }) => text)).toEqual(["Put back.", "Left as it is."]);
    expect(next.attempts.at(-1)).toMatchObject({ foreign: ["Left as it is."], writes: 2 });
  });

  test("an inverse that is refused for good needs a person", () => {
    const { next, effect } = decide(
      at("undoing"),
      { type: "undo impossible", reason: "admission says no", byHand: ["kubectl"] },
      minute,
      limits,
    );
    expect(effect).toEqual({ type: "nothing" });
    expect(next.state).toEqual({
      name: "closed",
      outcome: "stuck",
      reason: "attempt 1 could not be taken back: admission says no",
      byHand: ["kubectl"],
      endedAtMs: minute,
      acknowledged: false,
    });
    expect(next.attempts.at(-1)).toMatchObject({ ending: "undo not proven" });
  });
});

describe("it is believed", () => {
  test.each<readonly [string, readonly IncidentEvent[], string]>([
    ["after two samples in a row that are as before", [checked(6), checked(6)], "observing -> observe"],
    ["or better", [checked(6), checked(0)], "observing -> observe"],
    ["not after one", [checked(6)], "verifying_undo -> wait 10 s"],
    ["not after one good and one worse", [checked(6), checked(7)], "verifying_undo -> wait 10 s"],
    ["not after one worse and one good", [checked(7), checked(6)], "verifying_undo -> wait 10 s"],
    ["in the end", [checked(9), checked(7), checked(6), checked(6)], "observing -> observe"],
    ["not when severity is unknown", [checked("?"), checked("?")], "verifying_undo -> wait 10 s"],
    ["not when the cluster is down", [checked("!"), checked("!")], "verifying_undo -> wait 10 s"],
    ["not when a field is not back", [checked(6, ["spec.replicas"]), checked(6, ["spec.replicas"])], "verifying_undo -> wait 10 s"],
    ["once the field is back", [checked(6, ["spec.replicas"]), checked(6)], "observing -> observe"],
  ])("%s", (_name, events, expected) => {
    const last = events.at(-1);
    if (last !== undefined) expect(told(verifying(...events.slice(0, -1)), last, minute)).toBe(expected);
  });

  test("and the visible path shows no less than the checkpoint, whose state this is: alerts come late", () => {
    const from = at("verifying_undo", { visiblePath: [{ atMs: 0, mu: 6 }] });
    const next = after(from, 10_000, [checked(9), checked(5), checked(5)]);
    expect(next.visiblePath).toEqual([{ atMs: 0, mu: 6 }]);
    expect(next.attempts.at(-1)).toMatchObject({ ending: "undone" });
  });

  test("foreign changes that the check finds are told once", () => {
    const found: IncidentEvent = { ...checked(9), foreign: ["theirs"] };
    const next = after(at("verifying_undo"), 10_000, [found, found]);
    expect(next.timeline.map(({ text }) => text)).toEqual(["theirs"]);
    expect(next.attempts.at(-1)).toMatchObject({ foreign: ["theirs"] });
  });
});

describe("alerts that began since the checkpoint", () => {
  const back = checked(9, [], 6);

  test("are waited for as long as alerts may take, then what can be compared is enough", () => {
    expect(told(verifying(back, back), back, 10 * minute - 1)).toBe("verifying_undo -> wait 10 s");
    expect(told(verifying(back), back, 10 * minute)).toBe("observing -> observe");
  });

  test("the comparable part must be back twice in a row, after an outage too", () => {
    expect(told(verifying(back, checked(9)), back, 10 * minute)).toBe("verifying_undo -> wait 10 s");
    const second = decide(verifying(failed), back, 20 * minute, limits).next;
    expect(told(second, back, 21 * minute)).toBe("observing -> observe");
    expect(told(second, checked(9), 21 * minute)).toBe("closed/stuck -> nothing");
  });

  test("excuse no field that is not back", () => {
    expect(told(verifying(back), checked(9, ["spec.replicas"], 6), 10 * minute)).toBe("closed/stuck -> nothing");
  });
});

describe("it is not believed past the deadline", () => {
  test.each<readonly [string, IncidentEvent, string]>([
    ["severity is above", checked(7), "attempt 1 could not be proven to be taken back: severity is 7, it was 6 before"],
    ["severity is unknown", checked("?"), "attempt 1 could not be proven to be taken back: severity is unknown, it was 6 before"],
    ["a field is not back", checked(6, ["spec.replicas"]), "attempt 1 could not be proven to be taken back: spec.replicas"],
  ])("%s", (_name, event, reason) => {
    expect(decide(verifying(checked(9)), event, 10 * minute - 1, limits).next.state.name).toBe("verifying_undo");
    expect(decide(verifying(checked(9)), event, 10 * minute, limits).next.state).toEqual({
      name: "closed",
      outcome: "stuck",
      reason,
      byHand: ["kubectl patch"],
      endedAtMs: 10 * minute,
      acknowledged: false,
    });
  });

  test("but after an outage the first good sample gets its second", () => {
    const outage = verifying(failed, failed, failed);
    expect(told(outage, checked(6), 20 * minute)).toBe("verifying_undo -> wait 10 s");
    const good = decide(verifying(checked(9), failed), checked(6), 20 * minute, limits).next;
    expect(told(good, checked(6), 21 * minute)).toBe("observing -> observe");
    expect(told(good, checked(7), 21 * minute)).toBe("closed/stuck -> nothing");
  });
});

describe("an attempt that wrote nothing", () => {
  const empty = at("verifying_undo", { attempts: [{ ...attempt, writes: 0 }], visiblePath: [{ atMs: 0, mu: 6 }] });

  test("needs no proof by severity: what happened meanwhile is not its doing", () => {
    const { next } = decide(empty, checked(12), minute, limits);
    expect(next.state).toEqual({ name: "observing" });
    expect(next.visiblePath).toEqual([{ atMs: 0, mu: 6 }]);
    expect(next.timeline.map(({ text }) => text)).toEqual(["Attempt 1 ended before anything was written."]);
  });

  test("is not believed when a field differs all the same", () => {
    expect(told(empty, checked(6, ["spec.replicas"]), minute)).toBe("verifying_undo -> wait 10 s");
  });

  test("a write whose effect was not known counts once the undo has found it", () => {
    const from = at("undoing", { attempts: [{ ...attempt, writes: 0 }] });
    const found = after(from, 10_000, [undone()]);
    expect(told(found, checked(12), minute)).toBe("verifying_undo -> wait 10 s");
    const foreign = after(from, 10_000, [undone([], ["It was changed by somebody else."])]);
    expect(told(foreign, checked(12), minute)).toBe("verifying_undo -> wait 10 s");
  });
});
