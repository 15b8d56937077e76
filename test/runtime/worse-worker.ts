/** The Worker with a first plan that makes it worse, for journeys in workerd. What is deployed is src/entry/worker.ts. */
import { builtInPlanner } from "../../src/agent/mitigation.ts";
import { scriptedPlanner } from "../../src/agent/scripted.ts";
import { createWorker } from "../../src/entry/worker.ts";
import { worseAtOnce } from "../support/story.ts";

export default createWorker({ planner: scriptedPlanner([worseAtOnce], builtInPlanner) });
