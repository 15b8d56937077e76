/**
 * `POST /alerts` beside the bare handler on one ledger, in rounds: bare, new, known, bare, ... Each round gives a ratio,
 * so that what slows the machine for a while slows both sides of it.
 */
import type { Server } from "node:http";
import { serve } from "@hono/node-server";
import type { LedgerPort } from "../../src/ledger/ledger.ts";
import type { Child } from "./child.ts";
import type { Loaded, Steady } from "./load-process.ts";
import { oneAlert } from "./payload.ts";
import { bareReceiver, secret, stratusReceiver } from "./receivers.ts";
import type { Fetch } from "./receivers.ts";
import { median, medianSpeed, speedOf } from "./statistics.ts";
import type { Speed } from "./statistics.ts";

export type DoorName = "in-process" | "loopback";

export interface Comparison {
  readonly ledger: string;
  readonly door: DoorName;
  /** Medians over the rounds. */
  readonly bare: Speed;
  /** Each request is the first about its subject. */
  readonly fresh: Speed;
  /** Each request repeats what is recorded. */
  readonly known: Speed;
  /** Throughput by round, as a share of the bare handler's. */
  readonly freshRatios: readonly number[];
  readonly knownRatios: readonly number[];
}

export interface CompareOptions {
  readonly name: string;
  readonly ledger: LedgerPort;
  readonly load: Child;
  readonly rounds: number;
  readonly requestsPerRound: number;
}

type Send = (numbers: readonly number[]) => Promise<Speed>;

const inFlight = 16;
const knownSubjects = 100;
const warmUpRounds = 5;

export async function compareDoors(options: CompareOptions): Promise<readonly Comparison[]> {
  const { ledger, load } = options;
  const bare = bareReceiver(ledger);
  const stratus = stratusReceiver(ledger);
  const numbers = createNumbers();
  const direct = await compare(options, "in-process", numbers, overFetch(bare), overFetch(stratus));
  const [bareDoor, stratusDoor] = [await open(bare), await open(stratus)];
  const remote = await compare(options, "loopback", numbers, overLoopback(load, bareDoor.url), overLoopback(load, stratusDoor.url));
  await Promise.all([bareDoor.close(), stratusDoor.close()]);
  return [direct, remote];
}

async function compare(options: CompareOptions, door: DoorName, numbers: Numbers, bare: Send, stratus: Send): Promise<Comparison> {
  const { rounds: count, requestsPerRound } = options;
  const known = numbers.take(knownSubjects);
  const repeated = Array.from({ length: requestsPerRound }, (_, index) => known[index % knownSubjects] ?? 0);
  await stratus(known);
  const rounds: { readonly bare: Speed; readonly fresh: Speed; readonly known: Speed }[] = [];
  // The first rounds only warm up: until the compiler has seen it all, more code is slower code.
  for (let round = -warmUpRounds; round < count; round += 1) {
    const measured = {
      bare: await bare(numbers.take(requestsPerRound)),
      fresh: await stratus(numbers.take(requestsPerRound)),
      known: await stratus(repeated),
    };
    if (round >= 0) rounds.push(measured);
  }
  return {
    ledger: options.name,
    door,
    bare: medianSpeed(rounds.map((round) => round.bare)),
    fresh: medianSpeed(rounds.map((round) => round.fresh)),
    known: medianSpeed(rounds.map((round) => round.known)),
    freshRatios: rounds.map((round) => round.fresh.perSecond / round.bare.perSecond),
    knownRatios: rounds.map((round) => round.known.perSecond / round.bare.perSecond),
  };
}

export function ratioOf(ratios: readonly number[]): number {
  return median(ratios);
}

interface Numbers {
  /** Numbers that were never given out before. */
  take(count: number): readonly number[];
}

function createNumbers(): Numbers {
  let last = 0;
  return { take: (count) => Array.from({ length: count }, () => (last += 1)) };
}

function overFetch(receive: Fetch): Send {
  return async (numbers) => {
    const bodies = numbers.map(oneAlert);
    const latenciesMs: number[] = [];
    let next = 0;
    const startedMs = performance.now();
    const sender = async (): Promise<void> => {
      for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
        const sentMs = performance.now();
        const answer = await receive(requestOf(body));
        await answer.text();
        if (answer.status !== 202) throw new Error(`answered ${answer.status} in process`);
        latenciesMs.push(performance.now() - sentMs);
      }
    };
    await Promise.all(Array.from({ length: inFlight }, sender));
    return speedOf(latenciesMs, performance.now() - startedMs);
  };
}

function requestOf(body: string): Request {
  const headers = { "content-type": "application/json", "content-length": String(body.length), authorization: `Bearer ${secret}` };
  return new Request("http://stratus/alerts", { method: "POST", headers, body });
}

function overLoopback(load: Child, url: string): Send {
  return async (numbers) => {
    const loaded = await load.ask<Loaded>({ kind: "steady", url, connections: inFlight, numbers } satisfies Steady);
    if (loaded.refused > 0) throw new Error(`${loaded.refused} requests were not answered 202 over loopback`);
    return speedOf(loaded.latenciesMs, loaded.durationMs);
  };
}

async function open(receive: Fetch): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = serve({ fetch: receive, hostname: "127.0.0.1", port: 0 }) as Server;
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/alerts`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
