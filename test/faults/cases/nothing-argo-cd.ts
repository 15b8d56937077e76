import type { Fault } from "../fault.ts";
import { isNamed, withField } from "../shop.ts";
import { imageTagMissing } from "./image-tag-missing.ts";

/** Whatever is written here, Argo CD sets back; the change belongs into its repository. */
export const ownedByArgoCd: Fault = {
  ...imageTagMissing,
  id: "nothing-argo-cd",
  setting: (objects, { namespace }) =>
    objects.map((object) =>
      isNamed(object, "Deployment", "catalog")
        ? withField(object, ["metadata", "annotations"], { "argocd.argoproj.io/tracking-id": `shop:apps/Deployment:${namespace}/catalog` })
        : object,
    ),
  nothing: /managed by Argo CD/,
};
