/** PURE. Sets the image of containers that are there; it never adds one. */
import { own } from "../kubernetes/merge-patch.ts";
import type { PatchOperation } from "../kubernetes/json.ts";
import { rollingBudget } from "./kind-of-action.ts";
import type { KindOfAction } from "./kind-of-action.ts";
import { kubectlIn, named, quotedForShell } from "./kubectl-line.ts";
import { asWrite, containersNamed, setField } from "./pod-template.ts";

export const setImage: KindOfAction<"set-image"> = {
  needs: () => [],
  compile({ target, images }, { object }) {
    const operations: PatchOperation[] = [];
    for (const name of Object.keys(images)) {
      const containers = containersNamed(target, object, name);
      if (!containers.ok) return containers;
      operations.push(...containers.value.flatMap((container) => setField(container, "image", own(images, name))));
    }
    return asWrite(target, "these images", operations);
  },
  mayTouch: [],
  inverse: "restore",
  transientBudget: ({ target }, replicas) => rollingBudget(target, replicas),
  kubectl: ({ target, images }) => {
    const pairs = Object.entries(images).map(([name, image]) => quotedForShell(`${name}=${image}`));
    return `${kubectlIn(target)} set image ${named(target)} ${pairs.join(" ")}`;
  },
};
