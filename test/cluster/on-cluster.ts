// Work on the test cluster that is up, or on one that is booted for it and taken down again.

import { attach, downCluster, upCluster, type RunningCluster } from "./cluster.ts";
import { requireRootOnLinux } from "./preconditions.ts";

/** Without monitoring. A ClusterFailure says what is missing: root, packages, the build. */
export async function onCluster<T>(work: (cluster: RunningCluster) => Promise<T>): Promise<T> {
  requireRootOnLinux();
  const present = attached();
  const cluster = present ?? (await upCluster({ monitoring: false }));
  try {
    return await work(cluster);
  } finally {
    if (present === undefined) await downCluster();
  }
}

function attached(): RunningCluster | undefined {
  try {
    return attach();
  } catch {
    return undefined;
  }
}
