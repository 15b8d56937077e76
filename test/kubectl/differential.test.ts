// Each line is carried out twice, on two copies of one object: by the real kubectl through a real shell, and by the action
// that it is parsed into, over our own client. Both must leave the same. Needs the test cluster's build, and root.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { strategiesOf } from "../../src/action/patch-strategy.ts";
import { kinds } from "../../src/kubernetes/kind.ts";
import type { JsonObject } from "../../src/kubernetes/json.ts";
import type { ObjectRef } from "../../src/kubernetes/object.ts";
import { upCluster } from "../cluster/cluster.ts";
import type { RunningCluster } from "../cluster/cluster.ts";
import { until } from "../cluster/until.ts";
import { applyRows } from "./apply-rows.ts";
import { bothSides, looksLike, mustSucceed } from "./both.ts";
import type { Sides } from "./both.ts";
import { applied, makers } from "./objects.ts";
import type { Made, Place } from "./objects.ts";
import { publishedStrategies } from "./published.ts";
import { plainRows } from "./rows.ts";
import type { Row } from "./rows.ts";

const namespaces = { left: "by-kubectl", right: "by-stratus" } as const;
type Side = keyof typeof namespaces;
const atOnce = 4;

interface Carried {
  readonly complaint: string | undefined;
  /** Ours, with NS and NAME. */
  readonly refusal: string | undefined;
  readonly before: unknown;
  /** The object, and what the line may have made beside it. */
  readonly left: unknown;
  readonly right: unknown;
}

let cluster: RunningCluster;
let sides: Sides;

function place(made: Made, number: number, side: Side): Place {
  const name = `row-${number}`;
  const object: JsonObject = makers[made]({ name, namespace: namespaces[side] });
  const clusterWide = (object["metadata"] as JsonObject)["namespace"] === undefined;
  return { name: clusterWide ? `${name}-${side}` : name, namespace: namespaces[side] };
}

function refTo(made: Made, at: Place): ObjectRef {
  const { kind, metadata } = makers[made](at) as unknown as { readonly kind: string; readonly metadata: ObjectRef };
  return { kind, name: at.name, ...(metadata.namespace === undefined ? {} : { namespace: at.namespace }) };
}

function filled(line: string, { name, namespace }: Place): string {
  return line.replaceAll("NAME", name).replaceAll("NS", namespace);
}

async function make(made: Made, at: Place, recorded: boolean): Promise<void> {
  const manifest = makers[made](at);
  mustSucceed(await sides.cluster.create(recorded ? applied(manifest) : manifest, { dryRun: false }));
}

async function leavesOf({ on, line }: Row, at: Place): Promise<unknown> {
  const object = await looksLike(sides.cluster, refTo(on, at));
  if (!line.includes("new-NAME")) return { object };
  const beside = ["ConfigMap", "Service", "NetworkPolicy", "ResourceQuota"].map((kind) =>
    looksLike(sides.cluster, { kind, namespace: at.namespace, name: `new-${at.name}` }),
  );
  return { object, beside: await Promise.all(beside) };
}

async function carryOut(row: Row, number: number): Promise<Carried> {
  const [left, right] = [place(row.on, number, "left"), place(row.on, number, "right")];
  for (const at of [left, right]) await make(row.on, at, row.recorded === true);
  const before = await leavesOf(row, right);
  const kubectl = await sides.kubectl(filled(row.line, left));
  const refusal = await sides.stratus(filled(row.line, right));
  return {
    complaint: kubectl.code === 0 ? undefined : kubectl.stderr.trim(),
    refusal: refusal?.replaceAll(right.name, "NAME").replaceAll(right.namespace, "NS"),
    before,
    left: await leavesOf(row, left),
    right: await leavesOf(row, right),
  };
}

/** A few at a time: kubectl takes its time. */
async function carryOutAll(rows: readonly Row[]): Promise<readonly Carried[]> {
  const carried: Carried[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let number = next++; number < rows.length; number = next++) carried[number] = await carryOut(rows[number] as Row, number);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return carried;
}

const rows = [...plainRows, ...applyRows];
let carried: readonly Carried[];

beforeAll(async () => {
  cluster = await upCluster({ nodes: 0 });
  sides = bothSides(cluster);
  for (const namespace of Object.values(namespaces)) await cluster.kubectl("create", "namespace", namespace);
  carried = await carryOutAll(rows);
  // The quotas among the rows are used up by the workloads among them; what follows needs pods.
  for (const namespace of Object.values(namespaces))
    await cluster.kubectl("-n", namespace, "delete", "resourcequotas,limitranges", "--all");
});

afterAll(async () => {
  sides.close();
  await cluster.down();
});

describe("kubectl and the action that its line becomes", () => {
  const numbered = rows.map((row, number) => ({ number, ...row }));

  test.each(numbered.filter(({ outcome }) => outcome === undefined))("do the same to a $on: $line", ({ number }) => {
    const { complaint, refusal, before, left, right } = carried[number] as Carried;
    expect({ complaint, refusal }).toEqual({ complaint: undefined, refusal: undefined });
    expect(right).toEqual(left);
    expect(right).not.toEqual(before);
  });

  test.each(numbered.filter(({ outcome }) => outcome?.who === "both"))("both leave a $on alone: $line", ({ number, outcome }) => {
    const { complaint, refusal, before, left, right } = carried[number] as Carried;
    expect(complaint).toMatch(/./);
    expectReason(refusal, outcome?.reason ?? "");
    expect(left).toEqual(before);
    expect(right).toEqual(before);
  });

  test.each(numbered.filter(({ outcome }) => outcome?.who === "ours"))("only kubectl takes, for a $on: $line", ({ number, outcome }) => {
    const { refusal, before, right } = carried[number] as Carried;
    expectReason(refusal, outcome?.reason ?? "");
    expect(right).toEqual(before);
  });
});

/** A reason that quotes a whole object is cut in its row. */
function expectReason(found: string | undefined, reason: string): void {
  if (reason.endsWith("…")) expect(found?.slice(0, reason.length - 1)).toBe(reason.slice(0, -1));
  else expect(found).toBe(reason);
}

let further = rows.length;

describe("a rollout is undone", () => {
  test.each([
    ["deployment", "Deployment", "kubectl -n NS rollout undo deploy/NAME", "app:2"],
    ["deployment", "Deployment", "kubectl -n NS rollout undo deploy NAME --to-revision=1", "app:1"],
    ["statefulSet", "StatefulSet", "kubectl rollout undo sts/NAME -n NS", "app:2"],
    ["statefulSet", "StatefulSet", "kubectl rollout undo sts/NAME -n NS --to-revision 1", "app:1"],
    ["daemonSet", "DaemonSet", "kubectl -n NS rollout undo ds/NAME", "app:2"],
    ["daemonSet", "DaemonSet", "kubectl -n NS rollout undo ds/NAME --to-revision=1", "app:1"],
  ] as const)("of a %s (%s): %s", async (made, kind, line, image) => {
    const number = further++;
    const [left, right] = [place(made, number, "left"), place(made, number, "right")];
    for (const at of [left, right]) await threeRevisions(made, kind, at);
    expect(await sides.kubectl(filled(line, left))).toMatchObject({ code: 0 });
    expect(await sides.stratus(filled(line, right))).toBeUndefined();
    const ours = await looksLike(sides.cluster, refTo(made, right));
    expect(ours).toEqual(await looksLike(sides.cluster, refTo(made, left)));
    expect(JSON.stringify(ours)).toContain(`"image":"${image}"`);
  });
});

async function threeRevisions(made: Made, kind: "Deployment" | "StatefulSet" | "DaemonSet", at: Place): Promise<void> {
  await make(made, at, false);
  const historyKind = kind === "Deployment" ? "ReplicaSet" : "ControllerRevision";
  for (const revision of [1, 2, 3]) {
    if (revision > 1) {
      const operation = { op: "replace", path: "/spec/template/spec/containers/0/image", value: `app:${revision}` } as const;
      mustSucceed(await sides.cluster.patch(refTo(made, at), [operation], { dryRun: false }));
    }
    await until({ what: `revision ${revision} of ${kind} ${at.name}`, limitMs: 30_000 }, async () => {
      const history = mustSucceed(await sides.cluster.list(historyKind, at.namespace));
      return history.filter(({ metadata }) => metadata.ownerReferences?.[0]?.name === at.name).length === revision;
    });
  }
}

test("a pod that kubectl deletes is evicted, and its controller makes it anew either way", async () => {
  const number = further++;
  const [left, right] = [place("statefulSet", number, "left"), place("statefulSet", number, "right")];
  const uidOf = async ({ name, namespace }: Place): Promise<string | undefined> =>
    mustSucceed(await sides.cluster.get({ kind: "Pod", namespace, name: `${name}-0` }))?.metadata.uid;
  for (const at of [left, right]) {
    await make("statefulSet", at, false);
    const one = { op: "replace", path: "/spec/replicas", value: 1 } as const;
    mustSucceed(await sides.cluster.patch(refTo("statefulSet", at), [one], { dryRun: false }));
    await until({ what: "the pod is there", limitMs: 30_000 }, async () => (await uidOf(at)) !== undefined);
  }
  const before = await Promise.all([left, right].map(uidOf));
  expect(await sides.kubectl(filled("kubectl -n NS delete pod NAME-0", left))).toMatchObject({ code: 0 });
  expect(await sides.stratus(filled("kubectl -n NS delete pod NAME-0", right))).toBeUndefined();
  for (const [index, at] of [left, right].entries()) {
    await until({ what: `there is another pod ${at.namespace}/${at.name}-0`, limitMs: 60_000 }, async () => {
      const now = await uidOf(at);
      return (now !== undefined && now !== before[index]) || (now ?? "none at all");
    });
  }
});

test("each field is merged as the API server publishes it", async () => {
  const published = publishedStrategies(JSON.parse(await cluster.kubectl("get", "--raw", "/openapi/v2")) as JsonObject);
  for (const [kind, { apiVersion }] of Object.entries(kinds)) {
    const known = Object.entries(strategiesOf(kind)).map(([path, { how, key, retainKeys }]) => [path, { how, key, retainKeys }]);
    expect({ kind, strategies: Object.fromEntries(known) }).toEqual({ kind, strategies: published(apiVersion, kind) });
  }
});
