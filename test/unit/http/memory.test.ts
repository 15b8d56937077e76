import { describe, expect, test } from "vitest";
import { memoryLedger } from "../../../src/ledger/memory.ts";
import { memoryReader } from "../../../src/runner/memory-reader.ts";
import { remember } from "../../../src/runner/memories.ts";
import { attemptOf, planOf, targetPort } from "../memory/remedies.ts";
import { incident as anIncident, states } from "../transaction/incidents.ts";
import { openDoors, secret, type Doors } from "./doors.ts";

async function opened(): Promise<Doors> {
  const ledger = memoryLedger();
  for (const [id, cluster, name] of [
    ["one", "production", "payment"],
    ["two", "production", "frontend"],
    ["three", "staging", "payment"],
  ] as const) {
    const attempts = [attemptOf(planOf("target-port", targetPort(name)), "resolved")];
    await remember(ledger, anIncident(states.acting, { id, cluster, attempts }), id === "one" ? 2_000 : 1_000, { keptMs: 10_000 });
  }
  return openDoors({ memory: memoryReader(ledger, ["production", "staging"]) });
}

async function ask(doors: Doors, method: string, path: string): Promise<{ readonly status: number; readonly body: unknown }> {
  const answered = await doors.app.request(path, { method, headers: { authorization: `Bearer ${secret}` } });
  return { status: answered.status, body: await answered.json() };
}

async function idsOf(doors: Doors, query = ""): Promise<readonly string[]> {
  const { body } = await ask(doors, "GET", `/memory${query}`);
  return (body as { readonly memories: readonly { readonly id: string }[] }).memories.map(({ id }) => id);
}

describe("the doors to memory", () => {
  test("show what is remembered of a cluster, the latest first", async () => {
    const { status, body } = await ask(await opened(), "GET", "/memory?cluster=production");
    expect(status).toBe(200);
    expect(body).toMatchObject({
      memories: [
        {
          cluster: "production",
          cause: "target-port",
          component: { kind: "Service", namespace: "shop", name: "payment" },
          remedies: [{ shape: "patch Service spec.ports.targetPort", mitigated: 1, improved: 0, undone: 0, regressed: 0, lastAtMs: 2_000 }],
          incidents: ["one"],
        },
        { component: { name: "frontend" } },
      ],
    });
  });

  test("show all clusters when none is named, and say when one is not there", async () => {
    const doors = await opened();
    expect((await idsOf(doors)).length).toBe(3);
    expect((await ask(doors, "GET", "/memory?cluster=nowhere")).status).toBe(404);
    expect((await ask(doors, "DELETE", "/memory?cluster=nowhere")).status).toBe(404);
  });

  test("erase one", async () => {
    const doors = await opened();
    const [first = ""] = await idsOf(doors);
    expect(await ask(doors, "DELETE", `/memory/${first}`)).toEqual({ status: 200, body: { forgotten: 1 } });
    expect(await idsOf(doors)).not.toContain(first);
    expect((await idsOf(doors)).length).toBe(2);
    expect((await ask(doors, "DELETE", `/memory/${first}`)).status).toBe(404);
  });

  test("erase all of a cluster, or all", async () => {
    const doors = await opened();
    expect(await ask(doors, "DELETE", "/memory?cluster=production")).toEqual({ status: 200, body: { forgotten: 2 } });
    expect(await ask(doors, "DELETE", "/memory")).toEqual({ status: 200, body: { forgotten: 1 } });
    expect(await idsOf(doors)).toEqual([]);
  });

  test.each([
    ["GET", "/memory"],
    ["DELETE", "/memory"],
    ["DELETE", "/memory/abc"],
  ])("%s %s needs a secret", async (method, path) => {
    expect((await (await opened()).app.request(path, { method })).status).toBe(401);
  });

  test("are closed where nothing is kept", async () => {
    expect((await ask(openDoors(), "GET", "/memory")).status).toBe(404);
  });
});
