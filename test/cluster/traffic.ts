// A program: `node traffic.ts PER_SECOND SECONDS FILE NAME=URL...` sends a bounded load, and keeps one line of JSON a
// second. Every request is a new connection: an open one would go on past a changed Service and hide the fault.

import { appendFileSync } from "node:fs";
import { request } from "node:http";

/** Of one second, by the door's name: how often which status (or error code) came, and the milliseconds of all of them together. */
export interface TrafficLine {
  readonly atMs: number;
  readonly doors: Readonly<Record<string, { readonly answers: Readonly<Record<string, number>>; readonly totalMs: number }>>;
}

const timeoutMs = 3000;
const inFlightMax = 100;

interface Door {
  readonly name: string;
  readonly url: string;
  answers: Record<string, number>;
  totalMs: number;
}

function knock(door: Door, done: () => void): void {
  const sentAtMs = performance.now();
  const count = (answer: string): void => {
    door.answers[answer] = (door.answers[answer] ?? 0) + 1;
    door.totalMs += Math.round(performance.now() - sentAtMs);
    done();
  };
  const signal = AbortSignal.timeout(timeoutMs);
  const sent = request(door.url, { method: "POST", agent: false, signal }, (response) => {
    response.resume();
    response.once("error", () => undefined);
    response.once("close", () => count(response.complete ? String(response.statusCode) : "cut"));
  });
  let answered = false;
  sent.once("response", () => (answered = true));
  sent.on("error", (error: NodeJS.ErrnoException) => {
    if (!answered) count(signal.aborted ? "timeout" : (error.code ?? error.name));
  });
  sent.end("hi");
}

function start(perSecond: number, seconds: number, file: string, doors: readonly Door[]): void {
  let inFlight = 0;
  const knocking = setInterval(() => {
    for (const door of doors) {
      if (inFlight >= inFlightMax) continue;
      inFlight += 1;
      knock(door, () => (inFlight -= 1));
    }
  }, 1000 / perSecond);
  const summing = setInterval(() => {
    const line: TrafficLine = {
      atMs: Date.now(),
      doors: Object.fromEntries(doors.map(({ name, answers, totalMs }) => [name, { answers, totalMs }])),
    };
    appendFileSync(file, `${JSON.stringify(line)}\n`);
    for (const door of doors) Object.assign(door, { answers: {}, totalMs: 0 });
  }, 1000);
  setTimeout(() => {
    clearInterval(knocking);
    clearInterval(summing);
  }, seconds * 1000);
}

if (import.meta.main) {
  const [perSecond = "5", seconds = "60", file = "traffic.jsonl", ...named] = process.argv.slice(2);
  const doors = named.map((door) => {
    const [name = "", ...url] = door.split("=");
    return { name, url: url.join("="), answers: {}, totalMs: 0 };
  });
  start(Number(perSecond), Number(seconds), file, doors);
}
