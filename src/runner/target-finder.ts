/** Reads what runs in a cluster, for words to be matched with. Names only, nothing is kept; 5 list requests over all namespaces. */
import type { Site } from "../agent/site.ts";
import { checkTarget, findTarget, targetKinds } from "../alert/target.ts";
import type { NamedObject, TargetKind } from "../alert/target.ts";
import { refused, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import type { TargetFinder } from "../http/start.ts";
import type { KubernetesObject } from "../kubernetes/object.ts";

export function targetFinder(sites: ReadonlyMap<string, Site>): TargetFinder {
  return {
    async find(cluster, text, wanted) {
      const site = sites.get(cluster);
      if (site === undefined) return refused(`cluster ${cluster} is not configured`);
      const [namespaces, ...lists] = await Promise.all([
        site.cluster.list("Namespace", undefined, named),
        ...targetKinds.map((kind) => listed(site, kind)),
      ]);
      if (!namespaces.ok) return namespaces;
      const objects: NamedObject[] = [];
      for (const list of lists) {
        if (!list.ok) return list;
        objects.push(...list.value);
      }
      const names = namespaces.value.map(({ metadata }) => metadata.name);
      return success(wanted === undefined ? findTarget(text, names, objects) : checkTarget(wanted, names, objects));
    },
  };
}

async function listed(site: Site, kind: TargetKind): Promise<Result<readonly NamedObject[]>> {
  const list = await site.cluster.list(kind, undefined, named);
  if (!list.ok) return list;
  return success(list.value.map(({ metadata }) => ({ kind, namespace: metadata.namespace ?? "", name: metadata.name })));
}

/** Of an object only what names it is held. */
function named({ apiVersion, kind, metadata }: KubernetesObject): KubernetesObject {
  const { name, namespace, uid, resourceVersion } = metadata;
  return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }), uid, resourceVersion } };
}
