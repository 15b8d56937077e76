import { describe, expect, test } from "vitest";
import { success, unavailable } from "../../../src/failure.ts";
import { openDoors } from "./doors.ts";

describe("liveness and readiness", () => {
  test("healthz answers while the process lives, whatever else is down", async () => {
    const answer = await openDoors({ readiness: async () => Promise.reject(new Error("down")) }).app.request("/healthz");
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ status: "ok" });
  });

  test("readyz is 200 when all answer", async () => {
    const answer = await openDoors().app.request("/readyz");
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ status: "ready", checked: ["ledger"] });
  });

  test("readyz is 503 and says which one does not answer, but not why", async () => {
    const doors = openDoors({
      readiness: async () => [
        { name: "ledger", result: success(undefined) },
        { name: "cluster production", result: unavailable("connect ECONNREFUSED 10.0.0.1:6443") },
      ],
    });
    const answer = await doors.app.request("/readyz");
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("5");
    expect(await answer.json()).toEqual({
      type: "about:blank",
      title: "Service Unavailable",
      status: 503,
      detail: "Not answering: cluster production.",
      failing: ["cluster production"],
    });
    expect(doors.lines.join("\n")).toContain("ECONNREFUSED");
  });
});

describe("every answer", () => {
  test.each(["/healthz", "/readyz", "/nowhere", "/incidents"])("of %s is kept by nobody", async (path) => {
    const answer = await openDoors().app.request(path);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("to an unknown path or method is a problem", async () => {
    for (const [path, method] of [
      ["/nowhere", "GET"],
      ["/alerts", "GET"],
      ["/incidents", "GET"],
    ]) {
      const answer = await openDoors().app.request(path ?? "", { method: method ?? "" });
      expect(answer.status).toBe(404);
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
    }
  });

  test("after a thrown error is a problem without its details, which are in the log", async () => {
    const doors = openDoors({ readiness: async () => Promise.reject(new Error("a table named x is missing")) });
    const answer = await doors.app.request("/readyz", { headers: { "x-request-id": "r-1" } });
    expect(answer.status).toBe(500);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(await answer.json()).toEqual({
      type: "about:blank",
      title: "Internal Server Error",
      status: 500,
      detail: "Something is wrong inside; the log says what.",
    });
    const line = doors.lines.find((text) => text.includes("a door failed"));
    expect(JSON.parse(line ?? "{}")).toMatchObject({ level: "error", requestId: "r-1", error: { message: "a table named x is missing" } });
  });
});

describe("the log of requests", () => {
  test.each([
    ["x-request-id", "r-1"],
    ["x-amzn-trace-id", "Root=1-5759e988-bd862e3fe1be46a994272793"],
    ["cf-ray", "230b030023ae2822-SJC"],
  ])("keeps %s", async (header, value) => {
    const doors = openDoors();
    await doors.app.request("/nowhere", { headers: { [header]: value } });
    expect(JSON.parse(doors.lines.at(-1) ?? "{}")).toEqual({
      time: "2026-11-20T12:00:00.000Z",
      level: "info",
      message: "request",
      method: "GET",
      path: "/nowhere",
      status: 404,
      durationMs: 0,
      requestId: value,
    });
  });

  test("keeps no header that could forge a line", async () => {
    const doors = openDoors();
    await doors.app.request("/nowhere", { headers: { "x-request-id": "a b" } });
    expect(JSON.parse(doors.lines.at(-1) ?? "{}")).not.toHaveProperty("requestId");
  });
});
