import { all } from "../expect.ts";
import type { Fault } from "../fault.ts";
import { imageTagMissing } from "./image-tag-missing.ts";
import { serviceSelector } from "./service-selector.ts";

export const twoAtOnce: Fault = {
  id: "two-at-once",
  alerts: [...serviceSelector.alerts, ...imageTagMissing.alerts],
  components: [...serviceSelector.components, ...imageTagMissing.components],
  causes: [...serviceSelector.causes, ...imageTagMissing.causes],
  field: /selector|image/,
  async inject(shop) {
    await serviceSelector.inject(shop);
    await imageTagMissing.inject(shop);
  },
  repaired: (shop) => all(serviceSelector.repaired(shop), imageTagMissing.repaired(shop)),
};
