/** Every fault, in the order of the table. */
import { configmapKeyRemoved } from "./cases/configmap-key-removed.ts";
import { flagErrors } from "./cases/flag-errors.ts";
import { imageTagMissing } from "./cases/image-tag-missing.ts";
import { serviceSelector } from "./cases/service-selector.ts";
import { serviceTargetPort } from "./cases/service-target-port.ts";
import type { Fault } from "./fault.ts";

export const faults: readonly Fault[] = [imageTagMissing, serviceTargetPort, serviceSelector, configmapKeyRemoved, flagErrors];
