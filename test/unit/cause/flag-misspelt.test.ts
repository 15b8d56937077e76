import { expect, test } from "vitest";
import type { Evidence } from "../../../src/cause/cause.ts";
import { flagMisspelt } from "../../../src/cause/flag-misspelt.ts";
import { container, crashing, healthy, newcomer, stuckRollout, template, together } from "../../support/evidence.ts";

const given = (name: string, ...args: string[]) => template(name, [container({ args })]);
const others = [healthy("web", given("web", "--port=9898", "--level=info")), healthy("api", given("api", "--port=9797"))];
const find = (...parts: readonly Partial<Evidence>[]) => flagMisspelt.diagnose(together(...parts, ...others));

test("a flag that is a slip away from one that healthy workloads of the image are given is spelt like it, with its value", () => {
  const [found, ...more] = find(newcomer("db", given("db", "--prot=9999", "--level=info"), crashing(2)));
  expect(more).toEqual([]);
  expect(found).toMatchObject({ component: { kind: "Deployment", name: "db" }, confidence: 0.86 });
  expect(found?.evidence[1]).toBe('Container app is given "--prot"; the other workloads of its image, which are well, know "--port".');
  expect(found?.remedies).toEqual([
    {
      intent: 'Spell "--prot" as "--port" in container app of Deployment shop/db.',
      actions: [
        {
          type: "patch",
          target: { kind: "Deployment", namespace: "shop", name: "db" },
          operations: [{ op: "replace", path: "/spec/template/spec/containers/0/args/0", value: "--port=9999" }],
        },
      ],
    },
  ]);
});

test("with an earlier template that first tries what that one said", () => {
  const now = given("db", "--prot=9999");
  const [found] = find(stuckRollout("db", { old: given("db", "--port=9999"), now, status: crashing(2) }));
  expect(found?.confidence).toBe(0.74);
});

test.each([
  ["one that is given as well", ["--prot=9999", "--port=9999"], crashing(2)],
  ["one that nobody's is near to", ["--unready"], crashing(2)],
  ["a word that is no flag", ["prot"], crashing(2)],
  ["one in a container that ran out of memory", ["--prot=9999"], crashing(137, "OOMKilled")],
])("%s is none", (_name, args, status) => {
  expect(find(newcomer("db", given("db", ...args), status))).toEqual([]);
});

test("of another image nothing is known", () => {
  const strange = template("db", [container({ image: "other:1", args: ["--prot=9999"] })]);
  expect(find(newcomer("db", strange, crashing(2)))).toEqual([]);
});
