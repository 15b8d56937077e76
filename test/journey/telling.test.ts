import { describe, expect, test } from "vitest";
import { builtInPlanner } from "../../src/agent/mitigation.ts";
import { scriptedPlanner } from "../../src/agent/scripted.ts";
import { createWorld } from "../../src/demo/world.ts";
import { success, unavailable } from "../../src/failure.ts";
import type { NotifierPort } from "../../src/notifier/notifier.ts";
import { slackNotifier } from "../../src/notifier/slack.ts";
import { story, visiblePath } from "../support/journey.ts";
import { slackServer, visibleText } from "../support/slack-server.ts";
import { breakTargetPort, outcomes, runToTheEnd, worseSelector } from "../support/story.ts";

/** Takes the news down, or is down itself. */
function notebook() {
  const lines: string[] = [];
  const state = { down: false, calls: 0 };
  const notifier: NotifierPort = {
    name: "notebook",
    notify: ({ news, handle }) => {
      state.calls += 1;
      if (state.down) return Promise.resolve(unavailable("nobody is listening", "unknown"));
      lines.push(...news);
      return Promise.resolve(success(handle ?? { page: "1" }));
    },
  };
  return { notifier, lines, state };
}

async function mitigated(notifier: NotifierPort) {
  const world = createWorld({ notifier, planner: scriptedPlanner([worseSelector], builtInPlanner) });
  await world.run(20);
  breakTargetPort(world);
  expect(await runToTheEnd(world)).toBe(true);
  const [incident] = await world.incidents();
  return { world, incident };
}

describe("the notifier is down for the whole incident", () => {
  test("it is handled in the same time, and told in full when somebody listens again, each line once", async () => {
    const heard = notebook();
    const { incident: straight } = await mitigated(heard.notifier);
    const { notifier, lines, state } = notebook();
    state.down = true;
    const { world, incident } = await mitigated(notifier);
    expect(incident?.["endedAtMs"]).toBe(straight?.["endedAtMs"]);
    expect(incident?.["outcome"]).toBe("mitigated");
    expect(lines).toEqual([]);
    await world.run(600);
    state.down = false;
    await world.run(301);
    expect(lines).toEqual(story(incident));
    expect(lines).toEqual(heard.lines);
  });

  test("and for two hours more: it is told then, and nobody was asked more often than every five minutes", async () => {
    const { notifier, lines, state } = notebook();
    state.down = true;
    const { world, incident } = await mitigated(notifier);
    await world.run(1_800);
    const before = state.calls;
    await world.run(5_400);
    expect(state.calls - before).toBe(18);
    state.down = false;
    await world.run(301);
    expect(lines).toEqual(story(incident));
  });
});

describe("Slack, over the wire", () => {
  test("one message that is kept up to date, its thread, and the outcome in the first line", async () => {
    const slack = await slackServer();
    try {
      const { botToken, channel, apiUrl, messages } = slack;
      const { incident } = await mitigated(slackNotifier({ botToken, channel, apiUrl }));
      expect(outcomes([incident ?? {}])).toEqual(["mitigated"]);
      expect(visiblePath(incident)).toEqual([3, 0]);
      const [message, ...replies] = messages;
      expect(message?.threadTs).toBe(undefined);
      expect(message?.edits).toBeGreaterThan(2);
      expect(replies.every((reply) => reply.threadTs === message?.ts)).toBe(true);
      const text = message === undefined ? "" : visibleText(message);
      expect(text.split("\n")[0]).toBe("✅ Mitigated: Deployment shop/payment on demo, severity 3 → 0");
      // What a phone shows before anybody opens Slack.
      expect(message?.text).toBe(
        `✅ Mitigated: Deployment shop/payment on demo, severity 3 → 0. Change the target port in Service shop/payment: of port 80 to "8080" (named like the Service's port)`,
      );
      expect(text).toContain("Attempt 1: made it worse → undone");
      const thread = replies.map(visibleText).join("\n");
      for (const line of [
        "Put back on Service shop/payment: spec.selector.app.",
        "Attempt 2 is kept: severity went from 3 to 0 (resolved).",
      ])
        expect(thread).toContain(line);
      // The bell rings once, for the outcome.
      expect(replies.filter((reply) => reply.broadcast)).toHaveLength(1);
      expect(replies.findIndex((reply) => reply.broadcast)).toBe(replies.length - 1);
    } finally {
      await slack.close();
    }
  });
});
