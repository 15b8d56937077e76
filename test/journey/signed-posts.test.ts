import { describe, expect, test } from "vitest";
import { breakTargetPort, marksLeft, outcomes } from "../support/story.ts";
import { landscape, scopeHolders, sentWrites } from "../support/journey.ts";
import { carriedBySignedPosts } from "../support/signed-carrier.ts";

describe("an incident that nothing carries on but Stratus' own signed posts", () => {
  test("is mitigated, hop by hop", async () => {
    const { world, posts, run } = carriedBySignedPosts();
    await run(20);
    const healthy = landscape(world);
    breakTargetPort(world);
    await run(180);
    expect(outcomes(await world.incidents())).toEqual(["mitigated"]);
    expect(landscape(world)).toEqual(healthy);
    expect(posts.map(({ status }) => status)).toEqual(posts.map(() => 202));
    // The news that the alert has resolved begin a chain of their own.
    expect(posts.map(({ body }) => (JSON.parse(body) as { hop: number }).hop)).toEqual([1, 1, 2, 3, 4]);
    expect(marksLeft(world)).toEqual([]);
    expect(await scopeHolders(world)).toEqual([]);
  });

  test("every post sent three times changes nothing thrice", async () => {
    const carried = carriedBySignedPosts();
    const { world, posts, ends, run, post } = carried;
    await run(20);
    breakTargetPort(world);
    let replayed = 0;
    for (let second = 0; second < 180; second += 1) {
      await run(1);
      const latest = posts[posts.length - 1];
      if (latest === undefined || posts.length === replayed) continue;
      for (let times = 0; times < 2; times += 1) expect((await post(latest.body, latest.headers)).status).toBe(202);
      replayed = posts.length;
      await run(1);
    }
    expect(outcomes(await world.incidents())).toEqual(["mitigated"]);
    expect(ends.filter((end) => end === "left").length).toBeGreaterThanOrEqual(8);
    expect(sentWrites(world)).toHaveLength(2);
  });
});
