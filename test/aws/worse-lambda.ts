/** The function with a first plan that makes it worse, for journeys through Lambda. What is deployed is src/entry/lambda.ts. */
import { builtInPlanner } from "../../src/agent/mitigation.ts";
import { scriptedPlanner } from "../../src/agent/scripted.ts";
import { createHandler } from "../../src/entry/lambda.ts";
import { worseAtOnce } from "../support/story.ts";

export const handler = createHandler({ planner: scriptedPlanner([worseAtOnce], builtInPlanner) });
