import { expect, test } from "vitest";
import type { Evidence } from "../../../src/cause/cause.ts";
import { storageClaimPending } from "../../../src/cause/storage-claim-pending.ts";
import { container, metadata, newcomer, template, together, unscheduled, waiting } from "../../support/evidence.ts";

const claim = (storageClassName: string, phase = "Pending") => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: metadata("PersistentVolumeClaim", "page"),
  spec: { storageClassName },
  status: { phase },
});
const volume = {
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: metadata("PersistentVolume", "pv-1"),
  spec: { storageClassName: "manual" },
  status: { phase: "Available" },
};
const storageClass = { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: metadata("StorageClass", "manual") };
const waits = newcomer(
  "web",
  template("web", [container()], { volumes: [{ name: "page", persistentVolumeClaim: { claimName: "page" } }] }),
  waiting(""),
  unscheduled("pod has unbound immediate PersistentVolumeClaims"),
);
const find = (...parts: readonly Partial<Evidence>[]) => storageClaimPending.diagnose(together(...parts));

test("a claim of a class that does not exist is told, with what is there instead, and left alone", () => {
  expect(
    find(waits, { listed: { PersistentVolumeClaim: [claim("sc")], StorageClass: [storageClass], PersistentVolume: [volume] } }),
  ).toEqual([
    {
      cause: "storage-claim-pending",
      component: { kind: "PersistentVolumeClaim", namespace: "shop", name: "page" },
      confidence: 0.9,
      evidence: [
        "Pod web-r1-a waited for PersistentVolumeClaim shop/page, which is not bound.",
        'PersistentVolumeClaim shop/page asks for StorageClass "sc", which does not exist; there is "manual".',
        'Volumes that are free: pv-1 of class "manual".',
        "The class of a claim cannot be changed: a person has to make the claim anew, after looking whether anything is kept in it.",
      ],
      remedies: [],
    },
  ]);
});

test("classes that may not be read say nothing, and a bound claim or one that nobody waits for is none", () => {
  expect(find(waits, { listed: { PersistentVolumeClaim: [claim("sc")] } })).toMatchObject([{ confidence: 0.6, remedies: [] }]);
  expect(find(waits, { listed: { PersistentVolumeClaim: [claim("manual", "Bound")] } })).toEqual([]);
  expect(find({ listed: { PersistentVolumeClaim: [claim("sc")] } })).toEqual([]);
});
