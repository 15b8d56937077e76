/** A runtime without queue, timers and sweep: what carries an incident on is Stratus' own signed requests to its own app, in virtual time. */
import { signedPostContinuation } from "../../src/continuation/signed-post.ts";
import { createWorld } from "../../src/demo/world.ts";
import type { World, WorldOptions } from "../../src/demo/world.ts";
import { step } from "../../src/runner/step.ts";
import { attend } from "../../src/runner/sweep.ts";

export const currentKey = "current-key-of-the-tests";

export interface Post {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;
}

export interface CarriedWorld {
  readonly world: World;
  readonly posts: readonly Post[];
  /** What each step that a post has started came to. */
  readonly ends: readonly string[];
  readonly post: (body: string, headers: Readonly<Record<string, string>>) => Promise<Response>;
  /** Lets time pass, and each second everything that it brings come to rest. */
  readonly run: (seconds: number) => Promise<void>;
}

export function carriedBySignedPosts(options: WorldOptions = {}): CarriedWorld {
  const posts: Post[] = [];
  const ends: string[] = [];
  const sleepers: { readonly untilMs: number; readonly wake: () => void }[] = [];
  const busy = { count: 0 };

  function work(task: () => Promise<unknown>): void {
    busy.count += 1;
    void task().finally(() => (busy.count -= 1));
  }

  async function sleep(durationMs: number): Promise<void> {
    busy.count -= 1;
    await new Promise<void>((wake) => sleepers.push({ untilMs: world.clock.nowMs() + durationMs, wake }));
    busy.count += 1;
  }

  async function post(body: string, headers: Readonly<Record<string, string>>): Promise<Response> {
    const response = await world.composed.app.request("https://stratus.example/continue", {
      method: "POST",
      body,
      headers: { ...headers },
    });
    posts.push({ body, headers, status: response.status });
    return response;
  }

  const world: World = createWorld({
    ...options,
    environment: { STRATUS_PUBLIC_URL: "https://stratus.example", STRATUS_CONTINUE_KEY: currentKey, ...options.environment },
    carrier: {
      continuation: signedPostContinuation({
        publicUrl: "https://stratus.example",
        keys: [currentKey],
        clock: { nowMs: () => world.clock.nowMs(), sleep },
        fetch: (_url, init) => post(init.body as string, init.headers as Record<string, string>),
      }),
      resume: (continuation) => work(async () => ends.push((await step(world.composed.runner, continuation)).kind)),
      wake: (key) => work(() => attend(world.composed.runner, key)),
    },
  });

  async function rest(): Promise<void> {
    while (busy.count > 0) await new Promise((resolve) => setImmediate(resolve));
  }

  return {
    world,
    posts,
    ends,
    post,
    async run(seconds) {
      for (let second = 0; second < seconds; second += 1) {
        await world.run(1);
        await rest();
        for (const sleeper of sleepers.splice(0)) {
          if (sleeper.untilMs <= world.clock.nowMs()) sleeper.wake();
          else sleepers.push(sleeper);
        }
        await new Promise((resolve) => setImmediate(resolve));
        await rest();
      }
    },
  };
}
