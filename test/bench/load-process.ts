/** Alertmanager's side of a run, in a process of its own: kept connections, and the time of each answer. */
import { Agent, request } from "node:http";
import { answerParent } from "./child.ts";
import { planWaves } from "./flood-plan.ts";
import type { FloodPlan } from "./flood-plan.ts";
import { groupOf, oneAlert } from "./payload.ts";
import { secret } from "./receivers.ts";

/** A closed loop: each connection sends its next request when the last one is answered. */
export interface Steady {
  readonly kind: "steady";
  readonly url: string;
  readonly connections: number;
  /** Of `oneAlert`, in order. */
  readonly numbers: readonly number[];
}

/** An open loop: sent at its time, whether or not earlier ones are answered. */
export interface Flood extends FloodPlan {
  readonly kind: "flood";
  readonly url: string;
}

export interface Loaded {
  readonly durationMs: number;
  readonly latenciesMs: readonly number[];
  /** Answers other than 202, and requests without an answer. */
  readonly refused: number;
  /** The sum of what the answers call recorded. */
  readonly recorded: number;
}

const agent = new Agent({ keepAlive: true });

answerParent((question) => {
  const load = question as Steady | Flood;
  return load.kind === "steady" ? steady(load) : flood(load);
});

async function steady({ url, connections, numbers }: Steady): Promise<Loaded> {
  const bodies = numbers.map(oneAlert);
  const tally = createTally();
  let next = 0;
  const startedMs = performance.now();
  const connection = async (): Promise<void> => {
    for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) await tally.send(url, body, performance.now());
  };
  await Promise.all(Array.from({ length: connections }, connection));
  return tally.told(performance.now() - startedMs);
}

/** A late timer counts as latency: the time runs from when the delivery was due. */
async function flood({ url, ...plan }: Flood): Promise<Loaded> {
  const tally = createTally();
  const sent: Promise<void>[] = [];
  const startedMs = performance.now();
  for (const wave of planWaves(plan)) {
    const body = groupOf(wave.alerts);
    const dueMs = startedMs + wave.atMs;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())));
    for (let copy = 0; copy < plan.copies; copy += 1) sent.push(tally.send(url, body, dueMs));
  }
  await Promise.all(sent);
  return tally.told(performance.now() - startedMs);
}

interface Tally {
  send(url: string, body: string, dueMs: number): Promise<void>;
  told(durationMs: number): Loaded;
}

function createTally(): Tally {
  const latenciesMs: number[] = [];
  let refused = 0;
  let recorded = 0;
  return {
    async send(url, body, dueMs) {
      const answer = await post(url, body);
      latenciesMs.push(performance.now() - dueMs);
      if (answer.status === 202) recorded += (JSON.parse(answer.body) as { readonly recorded: number }).recorded;
      else refused += 1;
    },
    told: (durationMs) => ({ durationMs, latenciesMs, refused, recorded }),
  };
}

function post(url: string, body: string): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve) => {
    const headers = {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
      authorization: `Bearer ${secret}`,
      "user-agent": "Alertmanager/0.28.1",
    };
    const sent = request(url, { method: "POST", agent, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    sent.on("error", () => resolve({ status: 0, body: "" }));
    sent.end(body);
  });
}
