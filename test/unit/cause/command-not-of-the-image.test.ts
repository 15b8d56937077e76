import { describe, expect, test } from "vitest";
import type { Evidence } from "../../../src/cause/cause.ts";
import { commandNotOfTheImage } from "../../../src/cause/command-not-of-the-image.ts";
import { container, crashing, healthy, newcomer, running, template, together, waiting } from "../../support/evidence.ts";

const target = { kind: "Deployment", namespace: "shop", name: "ledger" };
const wrong = template("ledger", [container({ command: ["/bin/podcli"] })]);
const removed = [{ type: "patch", target, operations: [{ op: "remove", path: "/spec/template/spec/containers/0/command" }] }];
const noSuchFile = waiting("CrashLoopBackOff", "back-off", {
  restartCount: 3,
  lastState: {
    terminated: {
      reason: "StartError",
      exitCode: 128,
      message: 'exec: "/bin/podcli": stat /bin/podcli: no such file or directory: unknown',
    },
  },
});
const find = (...parts: readonly Partial<Evidence>[]) => commandNotOfTheImage.diagnose(together(...parts));

describe("a command that is not the image's own", () => {
  test("goes when the image cannot start it, and no healthy workload of the image has one", () => {
    const [found, ...others] = find(newcomer("ledger", wrong, noSuchFile), healthy("stock"));
    expect(others).toEqual([]);
    expect(found).toMatchObject({ component: target, confidence: 0.88 });
    expect(found?.evidence[1]).toBe(`Container app replaces the image's own program by "/bin/podcli", which the image cannot start.`);
    expect(found?.remedies.map(({ actions }) => actions)).toEqual([removed]);
  });

  test("goes as well when it merely crashes, so long as others show what is usual", () => {
    expect(find(newcomer("ledger", wrong, crashing(1)), healthy("stock"))).toMatchObject([{ confidence: 0.75 }]);
    expect(find(newcomer("ledger", wrong, crashing(1)))).toEqual([]);
  });

  test("with nobody else of the image, only what cannot start at all is taken away", () => {
    expect(find(newcomer("ledger", wrong, noSuchFile))).toMatchObject([{ confidence: 0.7, remedies: [{ actions: removed }] }]);
  });

  test("becomes the one that all others of the image have", () => {
    const usual = template("stock", [container({ command: ["/bin/podinfo"] })]);
    const [found] = find(newcomer("ledger", wrong, noSuchFile), healthy("stock", usual));
    expect(found?.remedies[0]?.actions).toMatchObject([
      { operations: [{ op: "replace", path: "/spec/template/spec/containers/0/command", value: ["/bin/podinfo"] }] },
    ]);
  });

  test("a shell with a script of its own is no other workload's business", () => {
    const script = template("ledger", [container({ command: ["/bin/sh", "-c", "exit 1"] })]);
    expect(find(newcomer("ledger", script, crashing(1)), healthy("stock"))).toEqual([]);
  });

  test("a container that runs, and one without a command, are none", () => {
    expect(find(newcomer("ledger", wrong, running()), healthy("stock"))).toEqual([]);
    expect(find(newcomer("ledger", template("ledger"), crashing(1)), healthy("stock"))).toEqual([]);
  });
});
