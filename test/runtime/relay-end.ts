/** What an incident is asked when it is over, whichever runtimes carried it. */
import { expect } from "vitest";
import type { RelayEnd } from "./relay.ts";

export function expectMitigated({ incident, saves, healthy, ended, marks, fences, logs }: RelayEnd, endings: readonly string[]): void {
  expect(incident?.state, logs.map((lines) => lines.slice(-20).join("\n")).join("\n\n")).toMatchObject({
    name: "closed",
    outcome: "mitigated",
  });
  // A plan that would only repeat what was taken back is turned down before it writes: how many of those there are is a matter of timing.
  const wrote = incident?.attempts.filter(({ writes }) => writes > 0) ?? [];
  expect(wrote.map(({ verdict, ending }) => `${verdict}, ${ending}`)).toEqual(endings);
  // The port is right again; a bad image that was there before, and no cause, is there still.
  expect(ended).toEqual(healthy);
  expect(marks).toEqual([]);
  const stored = saves.map((save) => save.incident.fence);
  expect(stored).toEqual(stored.toSorted((left, right) => left - right));
  expect(fences).toEqual(fences.toSorted((left, right) => left - right));
}

export function report(name: string, { saves, fences, requests, changes, tookMs }: RelayEnd): void {
  const [first, second] = ["first", "second"].map((by) => saves.filter((save) => save.by === by));
  const parts = [first ?? [], second ?? []].filter((part) => part.length > 0);
  const drivers = parts.map((part) => new Set(part.flatMap(({ incident }) => incident.lease?.owner ?? [])).size);
  const waitedMs = (second?.[0]?.atMs ?? Number.NaN) - (first?.at(-1)?.atMs ?? 0);
  const taken = Number.isNaN(waitedMs) ? "" : `, taken over after ${(waitedMs / 1_000).toFixed(1)} s`;
  console.log(
    `${name}: ${(tookMs / 1_000).toFixed(1)} s${taken}; ${changes.length} changes with fences ${fences.join(", ")}; ` +
      `drivers ${drivers.join(" + ")}, saves ${parts.map(({ length }) => length).join(" + ")}, requests to the cluster ${requests.join(" + ")}`,
  );
}
