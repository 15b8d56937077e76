import { expect, test } from "vitest";
import { builtInPlanner } from "../../src/agent/mitigation.ts";
import { scriptedPlanner } from "../../src/agent/scripted.ts";
import {
  permissionsOf,
  permissionsToLook,
  permissionsToLookAnywhere,
  permissionsToLookFurther,
  permissionsToTidy,
} from "../../src/action/permission.ts";
import { defaultWritable } from "../../src/action/writable.ts";
import type { AccessRequest } from "../../src/cluster/cluster.ts";
import { createWorld } from "../../src/demo/world.ts";
import { breakTargetPort, marksLeft, outcomes, runToTheEnd, worseTwice } from "../support/story.ts";

const listed = [
  ...permissionsToLook,
  ...permissionsToLookAnywhere,
  ...permissionsToLookFurther,
  ...permissionsToTidy,
  ...Object.values(permissionsOf(defaultWritable)).flatMap(({ write, inverse }) => [...write, ...inverse]),
];

test("with exactly the permissions that are listed, a first plan that makes it worse is undone and the second mitigates", async () => {
  const denied: AccessRequest[] = [];
  const permits = (access: AccessRequest): boolean => {
    const permitted = listed.some(
      ({ verb, kind, subresource }) => verb === access.verb && kind === access.kind && subresource === access.subresource,
    );
    if (!permitted) denied.push(access);
    return permitted;
  };
  const world = createWorld({ planner: scriptedPlanner([worseTwice], builtInPlanner), cluster: { permits } });
  await world.run(20);
  breakTargetPort(world);
  expect(await runToTheEnd(world)).toBe(true);
  expect(outcomes(await world.incidents())[0]).toBe("mitigated");
  expect(marksLeft(world)).toEqual([]);
  expect(denied).toEqual([]);
});
