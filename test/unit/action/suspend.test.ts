import { describe, expect, test } from "vitest";
import { asKubectl, inverseOf, mayTouch, needsOf, transientBudgetOf } from "../../../src/action/catalogue.ts";
import { compiled, object, refusal, web } from "./objects.ts";

const nightly = { kind: "CronJob", namespace: "shop", name: "nightly" } as const;
const stop = { type: "suspend", target: nightly, suspend: true } as const;
const goOn = { type: "suspend", target: nightly, suspend: false } as const;
const running = object(nightly, { spec: { schedule: "0 3 * * *", suspend: false } });
const suspended = object(nightly, { spec: { schedule: "0 3 * * *", suspend: true } });

describe("suspend", () => {
  test("stops a CronJob, and lets it go on", () => {
    expect(compiled(stop, running)).toEqual([{ op: "add", path: "/spec/suspend", value: true }]);
    expect(compiled(goOn, suspended)).toEqual([{ op: "add", path: "/spec/suspend", value: false }]);
    expect(refusal(stop, running)).toBe(undefined);
  });

  test("is refused when nothing would change", () => {
    expect(compiled(stop, suspended)).toBe("CronJob shop/nightly is suspended already");
    expect(compiled(goOn, running)).toBe("CronJob shop/nightly is not suspended");
    expect(compiled(goOn, object(nightly, { spec: {} }))).toBe("CronJob shop/nightly is not suspended");
  });

  test("is for CronJobs alone", () => {
    expect(compiled({ ...stop, target: web }, object(web))).toBe("Deployment shop/web: a Deployment cannot be suspended");
  });

  test("says what it needs, touches, costs and how a person would type it", () => {
    expect(needsOf(stop)).toEqual([]);
    expect(mayTouch(stop)).toEqual(["/spec/suspend"]);
    expect(inverseOf(stop)).toBe("restore");
    expect(transientBudgetOf(stop, 3)).toBe(0);
    expect(asKubectl(stop)).toBe(
      `kubectl -n shop patch cronjob/nightly --type=json -p '[{"op":"add","path":"/spec/suspend","value":true}]'`,
    );
  });
});
