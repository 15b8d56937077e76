import { describe, expect, test } from "vitest";
import { readContinuation, sign, writeContinuation } from "../../../src/continuation/signature.ts";

const noonMs = Date.UTC(2026, 10, 20, 12);
const current = "current-key-of-the-tests";
const previous = "previous-key-of-the-tests";
const body = '{"incident":"c0de464aa4","version":7,"hop":3,"exp":1795176060}';
const byCurrent = "v1=c2f098a5fa7984f74c1bb235b3388cc43cf58db96ebd6f4d6ef54ebff7490011";
const byPrevious = "v1=cb84cbd70d4e50a494ae7d28eba87a1b5169faaafd6399bd61da071df3be1996";

function read(text: string, signature: string | undefined, nowMs = noonMs, keys: readonly string[] = [current, previous]) {
  return readContinuation(new TextEncoder().encode(text), signature, keys, nowMs);
}

async function readSigned(text: string) {
  return read(text, await sign(text, current));
}

describe("the signature", () => {
  test.each([
    // RFC 4231, test case 2.
    { key: "Jefe", text: "what do ya want for nothing?", hex: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
    {
      key: "key",
      text: "The quick brown fox jumps over the lazy dog",
      hex: "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8",
    },
    { key: current, text: body, hex: "c2f098a5fa7984f74c1bb235b3388cc43cf58db96ebd6f4d6ef54ebff7490011" },
    { key: previous, text: body, hex: "cb84cbd70d4e50a494ae7d28eba87a1b5169faaafd6399bd61da071df3be1996" },
  ])("of $text is HMAC-SHA256", async ({ key, text, hex }) => {
    expect(await sign(text, key)).toBe(`v1=${hex}`);
  });

  test.each([byCurrent, byPrevious])("by either key is taken while one replaces the other (%s)", async (signature) => {
    expect(await read(body, signature)).toEqual({
      kind: "continuation",
      continuation: { incidentId: "c0de464aa4", version: 7, hop: 3 },
    });
  });

  test.each([
    { why: "none", signature: undefined },
    { why: "an empty one", signature: "" },
    { why: "of another scheme", signature: byCurrent.replace("v1", "v0") },
    { why: "without a scheme", signature: byCurrent.slice(3) },
    { why: "in capitals", signature: `v1=${byCurrent.slice(3).toUpperCase()}` },
    { why: "cut short", signature: byCurrent.slice(0, -2) },
    { why: "too long", signature: `${byCurrent}00` },
    { why: "with one bit turned", signature: `${byCurrent.slice(0, -1)}0` },
    { why: "two of them", signature: `${byCurrent}, ${byPrevious}` },
  ])("is not ours: $why", async ({ signature }) => {
    expect(await read(body, signature)).toEqual({ kind: "not ours" });
  });

  test.each([
    { why: "another incident", text: body.replace("c0de464aa4", "c0de464aa5") },
    { why: "a later expiry", text: body.replace("1795176060", "1795176061") },
    { why: "a space", text: `${body} ` },
    { why: "nothing", text: "" },
  ])("of the exact body only: $why is not ours", async ({ text }) => {
    expect(await read(text, byCurrent)).toEqual({ kind: "not ours" });
  });

  test.each([[["a-later-key-of-the-tests", current]], [["a-later-key-of-the-tests"]], [[]], [[""]]])(
    "a key that was taken out of use is not ours any more: %j",
    async (keys) => {
      expect(await read(body, byPrevious, noonMs, keys)).toEqual({ kind: "not ours" });
    },
  );

  test("by an empty key is nobody's", async () => {
    const empty = "v1=0000000000000000000000000000000000000000000000000000000000000000";
    expect(await read(body, empty, noonMs, [""])).toEqual({ kind: "not ours" });
  });
});

describe("what is signed", () => {
  test("is written with its expiry in whole seconds", () => {
    expect(writeContinuation({ incidentId: "c0de464aa4", version: 7, hop: 3 }, noonMs + 59_001)).toBe(body);
  });

  test.each([
    { nowMs: noonMs + 59_999, kind: "continuation" },
    { nowMs: noonMs + 60_000, kind: "expired" },
    { nowMs: noonMs + 86_400_000, kind: "expired" },
    { nowMs: noonMs - 240_000, kind: "continuation" },
    { nowMs: noonMs - 240_001, kind: "no continuation" },
  ])("at $nowMs is $kind: from five minutes before its expiry until then", async ({ nowMs, kind }) => {
    expect(await read(body, byCurrent, nowMs)).toMatchObject({ kind });
  });

  test.each([
    '{"incident":"c0de464aa4","version":7,"hop":13,"exp":1795176060}',
    '{"incident":"c0de464aa4","version":7,"hop":-1,"exp":1795176060}',
    '{"incident":"c0de464aa4","version":7.5,"hop":3,"exp":1795176060}',
    '{"incident":"","version":7,"hop":3,"exp":1795176060}',
    '{"incident":"c0de464aa4","version":7,"hop":3}',
    '{"incident":"c0de464aa4","version":7,"hop":3,"exp":1795176060,"namespace":"shop"}',
    "[]",
    "not JSON",
    "",
  ])("by us and is no continuation all the same: %s", async (text) => {
    expect(await readSigned(text)).toEqual({
      kind: "no continuation",
      reason: "it must be {incident, version, hop, exp} with at most 12 hops in a row",
    });
  });

  test("may have made twelve hops", async () => {
    expect(await readSigned('{"incident":"c0de464aa4","version":7,"hop":12,"exp":1795176060}')).toMatchObject({ kind: "continuation" });
  });
});
