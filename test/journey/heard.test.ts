import { describe, expect, test } from "vitest";
import { createWorld, demoSecret } from "../../src/demo/world.ts";
import type { World } from "../../src/demo/world.ts";
import { success } from "../../src/failure.ts";
import { memoryLedger } from "../../src/ledger/memory.ts";
import type { LedgerPort } from "../../src/ledger/ledger.ts";
import { sweep } from "../../src/runner/sweep.ts";
import { command, untilState } from "../support/journey.ts";
import { secondProcess } from "../support/second-process.ts";
import { breakTargetPort, outcomes, runToTheEnd } from "../support/story.ts";

/** Alertmanager's delivery of one alert about Service payment. */
async function deliver(world: World, status: "firing" | "resolved", startsAt: string): Promise<number> {
  const labels = { alertname: "PaymentsLate", namespace: "shop", app: "payment", severity: "warning" };
  const endsAt = status === "firing" ? "0001-01-01T00:00:00Z" : new Date(world.clock.nowMs()).toISOString();
  const alert = { status, labels, annotations: {}, startsAt, endsAt, generatorURL: "" };
  const answer = await world.composed.app.request("/alerts", {
    method: "POST",
    headers: { authorization: `Bearer ${demoSecret}`, "content-type": "application/json" },
    body: JSON.stringify({
      version: "4",
      groupKey: "{}",
      truncatedAlerts: 0,
      status,
      receiver: "stratus",
      groupLabels: {},
      commonLabels: labels,
      commonAnnotations: {},
      externalURL: "http://alertmanager.example",
      alerts: [alert],
    }),
  });
  return answer.status;
}

describe("news that come at the worst moment", () => {
  test("an alert while the last step of an incident about its subject runs: the next incident is about it", async () => {
    const inner = memoryLedger();
    let world: World | undefined;
    let delivered: number | undefined;
    const ledger: LedgerPort = {
      ...inner,
      put: async (item) => {
        if (world !== undefined && delivered === undefined && item.sort === "head" && item.body.includes(`"state":{"name":"closed"`)) {
          delivered = await deliver(world, "firing", "2026-01-05T09:01:00Z");
          // Another process sees it first, and that the incident is still under way.
          await sweep(secondProcess(world));
        }
        return inner.put(item);
      },
    };
    world = createWorld({ ledger });
    await world.run(20);
    breakTargetPort(world);
    await runToTheEnd(world);
    expect(delivered).toBe(202);
    await world.run(60);
    expect(outcomes(await world.incidents())).toEqual(["mitigated", "self_resolved"]);
    expect((await world.incidents())[1]?.["alerts"]).toContain("PaymentsLate");
  });

  test("a yes while the process that asked still holds the incident: it is heard within the minute", async () => {
    let world: World | undefined;
    let answered: number | undefined;
    const created = createWorld({
      environment: { STRATUS_AUTO_NAMESPACES: "", STRATUS_APPROVE_NAMESPACES: "shop" },
      notifier: {
        name: "a colleague who is quick",
        notify: async ({ report }) => {
          if (world !== undefined && report.state === "awaiting_approval" && answered === undefined) {
            answered = await command(world, (await world.incidents())[0], "approve");
            await sweep(secondProcess(world));
          }
          return success({});
        },
      },
    });
    world = created;
    await created.run(20);
    breakTargetPort(created);
    await untilState(created, "awaiting_approval");
    expect(answered).toBe(202);
    await created.run(60);
    expect((await created.incidents())[0]?.["state"]).not.toBe("awaiting_approval");
    expect(await runToTheEnd(created)).toBe(true);
    expect(outcomes(await created.incidents())).toEqual(["mitigated"]);
  });

  test("an alert that Alertmanager took for resolved and that fires again with its old start: a new incident", async () => {
    const world = createWorld();
    await world.run(20);
    expect(await deliver(world, "firing", "2026-01-05T09:00:00Z")).toBe(202);
    await runToTheEnd(world);
    expect(outcomes(await world.incidents())).toEqual(["self_resolved"]);
    expect(await deliver(world, "resolved", "2026-01-05T09:00:00Z")).toBe(202);
    await world.run(120);
    expect(await deliver(world, "firing", "2026-01-05T09:00:00Z")).toBe(202);
    await world.run(10);
    expect(await world.incidents()).toHaveLength(2);
  });

  test("the same delivery over and over opens nothing more", async () => {
    const world = createWorld();
    await world.run(20);
    for (let time = 0; time < 5; time += 1) {
      expect(await deliver(world, "firing", "2026-01-05T09:00:00Z")).toBe(202);
      await world.run(30);
    }
    expect(outcomes(await world.incidents())).toEqual(["self_resolved"]);
  });
});
