import { describe, expect, test } from "vitest";
import { conflict, malformed, refused, success, unavailable } from "../../../src/failure.ts";
import type { IncidentReader } from "../../../src/http/incidents.ts";
import { openDoors, secret, type Doors } from "./doors.ts";

type Given = readonly [id: string, type: string, by: string];

function people(change: Partial<IncidentReader> = {}): { readonly doors: Doors; readonly given: Given[]; readonly limits: number[] } {
  const given: Given[] = [];
  const limits: number[] = [];
  const incidents: IncidentReader = {
    list: async (limit) => {
      limits.push(limit);
      return success([{ id: "production/shop/frontend/1" }]);
    },
    read: async (id) => success(id === "i1" || id === "a/b" ? { id, state: "awaiting_approval" } : undefined),
    command: async (id, type, by) => {
      given.push([id, type, by]);
      return success(undefined);
    },
    ...change,
  };
  return { doors: openDoors({ incidents }), given, limits };
}

async function ask(doors: Doors, path: string, init: RequestInit = {}): Promise<Response> {
  return doors.app.request(path, { headers: { authorization: `Bearer ${secret}` }, ...init });
}

describe("reading", () => {
  test("lists incidents", async () => {
    const { doors, limits } = people();
    expect(await (await ask(doors, "/incidents")).json()).toEqual({ incidents: [{ id: "production/shop/frontend/1" }] });
    await ask(doors, "/incidents?limit=7");
    await ask(doors, "/incidents?limit=9999");
    expect(limits).toEqual([50, 7, 200]);
  });

  test.each(["0", "-1", "x", "1.5"])("refuses a limit of %s", async (limit) => {
    expect((await ask(people().doors, `/incidents?limit=${limit}`)).status).toBe(400);
  });

  test("shows one, whose id may hold a slash", async () => {
    expect(await (await ask(people().doors, "/incidents/i1")).json()).toEqual({ id: "i1", state: "awaiting_approval" });
    expect(await (await ask(people().doors, "/incidents/a%2Fb")).json()).toMatchObject({ id: "a/b" });
  });

  test("says when there is none", async () => {
    expect((await ask(people().doors, "/incidents/i2")).status).toBe(404);
    expect((await ask(people().doors, `/incidents/${"x".repeat(501)}`)).status).toBe(404);
  });

  test.each([
    ["/incidents", "GET"],
    ["/incidents/i1", "GET"],
    ["/incidents/i1/approve", "POST"],
  ])("%s needs a secret", async (path, method) => {
    const { doors, given } = people();
    expect((await doors.app.request(path, { method })).status).toBe(401);
    expect(given).toEqual([]);
  });

  test("an unreachable ledger is 503, an unreadable item 500 without details", async () => {
    const down = people({ list: async () => unavailable("no answer from 10.0.0.9", "none", 9_000) }).doors;
    const answer = await ask(down, "/incidents");
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "9"]);
    const broken = people({ read: async () => malformed("incident", "schema 9") }).doors;
    expect(await (await ask(broken, "/incidents/i1")).json()).toMatchObject({ status: 500, detail: "What is stored cannot be read." });
  });
});

describe("a command", () => {
  test.each(["approve", "reject", "abort", "acknowledge"])("%s is handed on", async (type) => {
    const { doors, given } = people();
    const answer = await ask(doors, `/incidents/i1/${type}`, { method: "POST", body: '{"by":" alice "}' });
    expect(answer.status).toBe(202);
    expect(await answer.json()).toEqual({ incident: "i1", command: type, by: "alice" });
    expect(given).toEqual([["i1", type, "alice"]]);
  });

  test("is by the user of Basic when the body names nobody", async () => {
    const { doors, given } = people();
    await ask(doors, "/incidents/i1/abort", { method: "POST", headers: { authorization: `Basic ${btoa(`bob:${secret}`)}` } });
    await ask(doors, "/incidents/i1/abort", { method: "POST" });
    expect(given.map(([, , by]) => by)).toEqual(["bob", "somebody with the secret"]);
  });

  test.each([
    ["an unknown command", "/incidents/i1/explode", undefined, 404],
    ["an unknown incident", "/incidents/i2/abort", undefined, 404],
    ["a body that is no JSON", "/incidents/i1/abort", "by=alice", 400],
    ["a huge body", "/incidents/i1/abort", `"${"x".repeat(10_001)}"`, 413],
  ])("%s is refused", async (_, path, body, status) => {
    const { doors, given } = people();
    expect((await ask(doors, path, { method: "POST", ...(body === undefined ? {} : { body }) })).status).toBe(status);
    expect(given).toEqual([]);
  });

  test.each([
    ["the state does not take", refused("this incident awaits no approval"), 409],
    ["came too late", conflict("somebody was faster"), 409],
    ["cannot be recorded", unavailable("down"), 503],
  ])("that %s says so", async (_, result, status) => {
    const { doors } = people({ command: async () => result });
    expect((await ask(doors, "/incidents/i1/approve", { method: "POST" })).status).toBe(status);
  });
});
