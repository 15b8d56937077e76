/** The client of the model in workerd: its own fetch, its own time-outs, over real HTTP. */
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, expect, test } from "vitest";
import { modelKey, startModelServer } from "../support/model-server.ts";
import type { ModelServer, Reply } from "../support/model-server.ts";
import { bundleWorker, runWorker } from "./worker-bundle.ts";
import type { RunningWorker, WorkerBundle } from "./worker-bundle.ts";

let bundle: WorkerBundle;
let server: ModelServer | undefined;
let worker: RunningWorker | undefined;
beforeAll(async () => {
  bundle = await bundleWorker(fileURLToPath(new URL("model-worker.ts", import.meta.url)));
});
afterEach(async () => {
  await worker?.miniflare.dispose();
  await server?.stop();
});

test.each<readonly [string, Reply, unknown]>([
  ["an answer is taken", { says: { colour: "red" } }, { ok: true, value: { colour: "red" } }],
  [
    "an empty account is told",
    { refuses: "poor" },
    { ok: false, failure: { kind: "refused", reason: "the model's account has no quota left (429)" } },
  ],
  [
    "silence is not waited for",
    { hangs: "after its head" },
    { ok: false, failure: { kind: "unavailable", effect: "unknown", reason: "the model did not answer within 1 s" } },
  ],
])("%s", async (_, reply, told) => {
  server = await startModelServer(() => reply);
  worker = await runWorker(bundle, { MODEL_URL: server.url, MODEL_KEY: modelKey }, { consumes: false });
  const answer = await worker.miniflare.dispatchFetch("http://stratus.test/");
  expect(await answer.json()).toEqual(told);
});
