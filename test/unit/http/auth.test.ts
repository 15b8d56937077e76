import { describe, expect, test } from "vitest";
import { anyEqual } from "../../../src/http/auth.ts";
import { fixture, openDoors } from "./doors.ts";

function basic(pair: string): string {
  return `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(pair)))}`;
}

const secrets = ["the-old-secret", "the-new-sécret"];

async function knock(authorization: string | undefined, accepted: readonly string[] = secrets): Promise<Response> {
  const headers = authorization === undefined ? undefined : { authorization };
  return openDoors({ secrets: accepted }).app.request("/alerts", {
    method: "POST",
    body: fixture("single"),
    ...(headers ? { headers } : {}),
  });
}

describe("the door opens for", () => {
  test.each([
    ["the old secret", "Bearer the-old-secret"],
    ["the scheme in any case", "bearer the-old-secret"],
    ["Basic with the new secret as password", basic("alertmanager:the-new-sécret")],
    ["Basic without a user", basic(":the-old-secret")],
  ])("%s", async (_, authorization) => {
    expect((await knock(authorization)).status).toBe(202);
  });

  test("a password that holds a colon", async () => {
    expect((await knock(basic("me:a:b"), ["a:b"])).status).toBe(202);
  });
});

describe("the door stays closed, always in the same words, for", () => {
  test.each([
    ["nothing", undefined],
    ["an empty bearer", "Bearer "],
    ["a wrong secret", "Bearer the-other-secret"],
    ["a part of the secret", "Bearer the-old"],
    ["the secret as a user", basic("the-old-secret:")],
    ["no pair", basic("the-old-secret")],
    ["no base64", "Basic %%%"],
    ["another scheme", "Digest the-old-secret"],
    ["the secret without a scheme", "the-old-secret"],
  ])("%s", async (_, authorization) => {
    const answer = await knock(authorization);
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toBe('Bearer realm="stratus", Basic realm="stratus", charset="UTF-8"');
    expect(await answer.json()).toEqual({
      type: "about:blank",
      title: "Unauthorized",
      status: 401,
      detail: "A valid secret is required.",
    });
  });

  test("everybody, when no secret is configured", async () => {
    expect((await knock("Bearer x", [])).status).toBe(401);
    expect((await knock(basic("me:"), [""])).status).toBe(401);
  });
});

function bytes(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values);
}

describe("digests are compared whole", () => {
  test.each([
    ["the first", [bytes(1, 2), bytes(3, 4)], bytes(1, 2), true],
    ["the last", [bytes(1, 2), bytes(3, 4)], bytes(3, 4), true],
    ["one differing byte", [bytes(1, 2)], bytes(1, 3), false],
    ["a prefix", [bytes(1, 2)], bytes(1), false],
    ["a longer one", [bytes(1)], bytes(1, 0), false],
    ["none accepted", [], bytes(1), false],
    ["twice the same", [bytes(1), bytes(1)], bytes(1), true],
  ])("%s", (_, accepted, presented, expected) => {
    expect(anyEqual(accepted, presented)).toBe(expected);
  });

  test("every accepted one is read to its end, also after a match and after a difference", () => {
    const reads: string[] = [];
    const watched = (name: string, ...values: readonly number[]): Uint8Array =>
      new Proxy(bytes(...values), {
        get: (target, property) => {
          if (typeof property === "string" && /^\d+$/.test(property)) reads.push(`${name}${property}`);
          return Reflect.get(target, property, target) as unknown;
        },
      });
    anyEqual([watched("a", 9, 9), watched("b", 1, 2), watched("c", 9, 9)], bytes(1, 2));
    expect(reads).toEqual(["a0", "a1", "b0", "b1", "c0", "c1"]);
  });
});

test("no secret reaches the log", async () => {
  const doors = openDoors({ secrets });
  await doors.app.request("/alerts", { method: "POST", body: "{", headers: { authorization: "Bearer the-old-secret" } });
  await doors.app.request("/alerts", { method: "POST", body: "{", headers: { authorization: "Bearer a-wrong-secret" } });
  expect(doors.lines.length).toBeGreaterThan(0);
  expect(doors.lines.join("\n")).not.toMatch(/old-secret|wrong-secret/);
});
