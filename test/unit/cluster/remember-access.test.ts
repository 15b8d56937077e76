import { expect, test } from "vitest";
import type { AccessRequest } from "../../../src/cluster/cluster.ts";
import { memoryCluster } from "../../../src/cluster/memory/memory.ts";
import { rememberAccess } from "../../../src/cluster/remember-access.ts";
import { systemClock } from "../../../src/clock.ts";

const patchShop = { verb: "patch", kind: "Deployment", namespace: "shop" } as const;

function remembering() {
  let nowMs = 1_000;
  let may = true;
  let reachable = true;
  let asked = 0;
  const cluster = memoryCluster({ clock: systemClock, namespaces: ["shop"], permits: () => may });
  cluster.intercept((request) => {
    if (request.verb === "allowed") asked += 1;
    return reachable ? undefined : { when: "before", failure: { kind: "unavailable", effect: "none", reason: "it does not answer" } };
  });
  const subject = rememberAccess(cluster, { monotonicMs: () => nowMs });
  return {
    allowed: (access: AccessRequest) => subject.allowed(access),
    asked: () => asked,
    passMs: (durationMs: number) => (nowMs += durationMs),
    permit: (permitted: boolean) => (may = permitted),
    reach: (answers: boolean) => (reachable = answers),
  };
}

test("a permission is asked for once a minute", async () => {
  const { allowed, asked, passMs } = remembering();
  expect(await allowed(patchShop)).toEqual({ ok: true, value: true });
  passMs(59_999);
  expect(await allowed({ ...patchShop })).toEqual({ ok: true, value: true });
  expect(asked()).toBe(1);
  passMs(1);
  expect(await allowed(patchShop)).toEqual({ ok: true, value: true });
  expect(asked()).toBe(2);
});

test("another verb, kind, namespace or subresource is another question", async () => {
  const { allowed, asked } = remembering();
  await allowed(patchShop);
  await allowed({ ...patchShop, verb: "create" });
  await allowed({ ...patchShop, kind: "Service" });
  await allowed({ ...patchShop, namespace: "bystander" });
  await allowed({ verb: "patch", kind: "Node" });
  await allowed({ ...patchShop, subresource: "eviction" });
  expect(asked()).toBe(6);
});

test("a lack of permission is not remembered, nor that nobody answered", async () => {
  const { allowed, asked, permit, reach } = remembering();
  permit(false);
  expect(await allowed(patchShop)).toEqual({ ok: true, value: false });
  reach(false);
  expect(await allowed(patchShop)).toMatchObject({ ok: false, failure: { reason: "it does not answer" } });
  permit(true);
  reach(true);
  expect(await allowed(patchShop)).toEqual({ ok: true, value: true });
  expect(asked()).toBe(3);
});

test("one that is taken away meanwhile is noticed when the minute is over", async () => {
  const { allowed, passMs, permit } = remembering();
  await allowed(patchShop);
  permit(false);
  expect(await allowed(patchShop)).toEqual({ ok: true, value: true });
  passMs(60_000);
  expect(await allowed(patchShop)).toEqual({ ok: true, value: false });
});
