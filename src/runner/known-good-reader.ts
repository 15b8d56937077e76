/** What the door shows of a namespace: each object that is recorded, and what is different from it now. Only reads. */
import { describePath } from "../action/change.ts";
import { sinceKnownGood } from "../agent/known-good.ts";
import type { Site } from "../agent/site.ts";
import { success } from "../failure.ts";
import type { KnownGoodReader } from "../http/known-good.ts";
import type { Difference } from "../known-good/difference.ts";
import { lastGood } from "../known-good/record.ts";
import type { KnownGood } from "../known-good/record.ts";
import type { JsonObject } from "../kubernetes/json.ts";

/** 2 queries of the ledger, and 1 list request for each recorded kind and for the nodes. */
export function knownGoodReader(sites: ReadonlyMap<string, Site>): KnownGoodReader {
  return {
    async read(cluster, namespace) {
      const site = cluster === undefined ? [...sites.values()][0] : sites.get(cluster);
      const records = await site?.knownGood?.(namespace);
      if (site === undefined || records === undefined) return success(undefined);
      if (!records.ok) return records;
      const nodes = await site.cluster.list("Node");
      const { differences } = await sinceKnownGood(site, namespace, nodes.ok ? nodes.value : [], nodes.ok ? ["Node"] : []);
      return success({
        cluster: site.name,
        namespace,
        objects: records.value.map(shownRecord),
        differences: differences.map(shownDifference),
      });
    },
  };
}

function shownRecord(record: KnownGood): JsonObject {
  const good = lastGood(record);
  return {
    kind: record.kind,
    name: record.name,
    versions: record.versions.length,
    proven: good?.provenAtMs !== undefined,
    sinceMs: good?.sinceMs ?? null,
    there: good?.object !== null,
  };
}

function shownDifference({ ref, kind, changes, changedAtMs, changedBy, proven }: Difference): JsonObject {
  return {
    object: `${ref.kind} ${ref.name}`,
    kind,
    fields: changes.filter((change) => !change.container).map((change) => describePath(change.path)),
    proven,
    changedAtMs: changedAtMs ?? null,
    changedBy: changedBy ?? null,
  };
}
