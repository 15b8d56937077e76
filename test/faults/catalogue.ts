/** Every fault, in the order of the table; at the end what must be left alone. */
import { backendUrlWrongPort } from "./cases/backend-url-wrong-port.ts";
import { commandWrongBinary } from "./cases/command-wrong-binary.ts";
import { configmapDeleted } from "./cases/configmap-deleted.ts";
import { configmapKeyRemoved } from "./cases/configmap-key-removed.ts";
import { configmapValueBad } from "./cases/configmap-value-bad.ts";
import { daemonsetBadImage } from "./cases/daemonset-bad-image.ts";
import { dnsPolicyWrong } from "./cases/dns-policy-wrong.ts";
import { flagErrors } from "./cases/flag-errors.ts";
import { flagLatency } from "./cases/flag-latency.ts";
import { flagUnready } from "./cases/flag-unready.ts";
import { imageRecreated } from "./cases/image-recreated.ts";
import { imageTagMissing } from "./cases/image-tag-missing.ts";
import { initHang } from "./cases/init-hang.ts";
import { livenessAggressive } from "./cases/liveness-aggressive.ts";
import { memoryHog } from "./cases/memory-hog.ts";
import { memoryLimitLow } from "./cases/memory-limit-low.ts";
import { nodeCordoned } from "./cases/node-cordoned.ts";
import { nodeSelectorMissing } from "./cases/node-selector-missing.ts";
import { nodeTainted } from "./cases/node-tainted.ts";
import { alreadyResolved } from "./cases/nothing-already-resolved.ts";
import { annotationInstruction } from "./cases/nothing-annotation-instruction.ts";
import { ownedByArgoCd } from "./cases/nothing-argo-cd.ts";
import { ownedByHpa } from "./cases/nothing-hpa.ts";
import { logInstruction } from "./cases/nothing-log-instruction.ts";
import { outsideTheCluster } from "./cases/nothing-outside.ts";
import { storageClaim } from "./cases/nothing-storage.ts";
import { unknownObject } from "./cases/nothing-unknown-object.ts";
import { quotaExhausted } from "./cases/quota-exhausted.ts";
import { readinessPortWrong } from "./cases/readiness-port-wrong.ts";
import { requestTooLarge } from "./cases/request-too-large.ts";
import { scaledToZero } from "./cases/scaled-to-zero.ts";
import { secretRefTypo } from "./cases/secret-ref-typo.ts";
import { serviceDeleted } from "./cases/service-deleted.ts";
import { serviceSelector } from "./cases/service-selector.ts";
import { serviceTargetPort } from "./cases/service-target-port.ts";
import { statefulsetBadTemplate } from "./cases/statefulset-bad-template.ts";
import { twoAtOnce } from "./cases/two-at-once.ts";
import { worseFirst } from "./cases/worse-first.ts";
import type { Fault } from "./fault.ts";

export const faults: readonly Fault[] = [
  imageTagMissing,
  imageRecreated,
  commandWrongBinary,
  backendUrlWrongPort,
  flagUnready,
  flagErrors,
  flagLatency,
  configmapKeyRemoved,
  configmapValueBad,
  configmapDeleted,
  secretRefTypo,
  serviceTargetPort,
  serviceSelector,
  serviceDeleted,
  scaledToZero,
  requestTooLarge,
  nodeSelectorMissing,
  nodeCordoned,
  nodeTainted,
  quotaExhausted,
  memoryLimitLow,
  memoryHog,
  readinessPortWrong,
  livenessAggressive,
  initHang,
  statefulsetBadTemplate,
  daemonsetBadImage,
  dnsPolicyWrong,
  twoAtOnce,
  worseFirst,
  alreadyResolved,
  unknownObject,
  ownedByArgoCd,
  ownedByHpa,
  logInstruction,
  annotationInstruction,
  outsideTheCluster,
  storageClaim,
];
