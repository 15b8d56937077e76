/**
 * PURE. The kubelet leaves a container waiting with ErrImagePull, then ImagePullBackOff, when the registry does not give
 * the image, with InvalidImageName when the reference does not parse, and with ErrImageNeverPull when it may not pull and
 * the node lacks it (kubernetes pkg/kubelet/images/types.go). It retries for ever; a rollout waits meanwhile.
 */
import { isJsonArray, valueAt } from "../kubernetes/json.ts";
import type { Container, Pod, PodTemplate, Workload } from "../kubernetes/object.ts";
import { nameOf, refOf } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis, Remedy } from "./cause.ts";
import type { Change } from "./difference.ts";
import { changesBetween } from "./difference.ts";
import type { FailingWorkload } from "./failing.ts";
import { containersOf, containerStatusesOf, failingWorkloads, namedPods } from "./failing.ts";
import { historyOf } from "./history.ts";
import { lastApplied } from "./last-applied.ts";
import { controllerOf, isReady } from "../kubernetes/object.ts";
import { nearName } from "./near-name.ts";
import { describeChange, patchBack, putBack } from "./remedy.ts";
import { siblingsOf } from "./sibling.ts";
import { listed, quoted } from "./wording.ts";

const waitingReasons = ["ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"];

interface Symptom {
  readonly container: string;
  readonly image: string;
  readonly reason: string;
}

export const imageCannotBePulled: Cause = {
  name: "image-cannot-be-pulled",
  diagnose: (evidence) => failingWorkloads(evidence, symptomsOf).map((failing) => hypothesis(failing, evidence)),
};

/** Only containers whose image is still the one that the workload asks for. */
function symptomsOf(pod: Pod, workload: Workload): readonly Symptom[] {
  return containerStatusesOf(pod).flatMap(({ name, state }) => {
    const reason = state?.waiting?.reason;
    const image = imageIn(pod.spec, name);
    if (reason === undefined || !waitingReasons.includes(reason)) return [];
    return image === undefined || image !== imageIn(workload.spec.template.spec, name) ? [] : [{ container: name, image, reason }];
  });
}

function imageIn(spec: PodTemplate["spec"], container: string): string | undefined {
  return containersOf(spec).find(({ name }) => name === container)?.image;
}

function hypothesis({ workload, sightings, worksElsewhere }: FailingWorkload<Symptom>, evidence: Evidence): Hypothesis {
  const symptoms = sightings.map(({ symptom }) => symptom);
  const containers = [...new Set(symptoms.map(({ container }) => container))];
  const { confidence, remedies, seen } = answer(workload, containers, evidence);
  const waits = [...new Set(symptoms.map(({ container, image, reason }) => `container ${container}, image ${quoted(image)}, ${reason}`))];
  return {
    cause: imageCannotBePulled.name,
    component: refOf(workload),
    confidence: worksElsewhere ? confidence * 0.6 : confidence,
    evidence: [
      `${namedPods(sightings.map(({ pod }) => pod))} of ${nameOf(refOf(workload))} could not pull an image: ${listed(waits)}.`,
      ...(worksElsewhere ? ["Another pod of the same template is ready, so that the image was there once."] : []),
      ...seen,
    ],
    remedies,
  };
}

interface Answer {
  readonly confidence: number;
  readonly remedies: readonly Remedy[];
  readonly seen: readonly string[];
}

function answer(workload: Workload, containers: readonly string[], evidence: Evidence): Answer {
  const revisions = historyOf(workload, evidence).earlier.filter(hadOtherImages(workload, containers));
  const [best] = revisions;
  if (best !== undefined) {
    return {
      confidence: best.readyPods > 0 ? 0.95 : 0.9,
      remedies: putBack(workload, revisions, evidence, isImageOf(containers)),
      seen: describeChange(workload, best),
    };
  }
  const name = nameOf(refOf(workload));
  const known: readonly [(container: string) => string | undefined, string, string][] = [
    [(container) => earlierImage(workload, container, evidence), `${name} had the image`, "before"],
    [(container) => nearImage(workload, container, evidence), "Written nearly the same,", "runs here"],
  ];
  for (const [imageFor, start, end] of known) {
    const images = containers.flatMap((container) => imageFor(container) ?? []);
    if (images.length < containers.length) continue;
    const changes = containers.flatMap((container, index) => imageChange(workload, container, images[index] ?? ""));
    const seen = [`${start} ${listed(images.map((image) => quoted(image)))} ${end}.`];
    return { confidence: 0.8, remedies: patchBack(workload, changes, evidence), seen };
  }
  return { confidence: 0.6, remedies: [], seen: [`No earlier template of ${name} with another image is known.`] };
}

function hadOtherImages(workload: Workload, containers: readonly string[]): (revision: { readonly template: PodTemplate }) => boolean {
  return ({ template }) => containers.every((name) => imageIn(template.spec, name) !== imageIn(workload.spec.template.spec, name));
}

function isImageOf(containers: readonly string[]): (change: Change) => boolean {
  return ({ what }) => containers.some((name) => what === `container ${name}: image`);
}

/** Without revisions: the image of a ready pod from before the change, or the one that was last applied. */
function earlierImage(workload: Workload, container: string, evidence: Evidence): string | undefined {
  const now = imageIn(workload.spec.template.spec, container);
  const ofReady = evidence.pods
    .filter((pod) => controllerOf(pod)?.uid === workload.metadata.uid && isReady(pod))
    .map((pod) => imageIn(pod.spec, container));
  return [...ofReady, appliedImage(workload, container)].find((image) => image !== undefined && image !== now);
}

function imageChange(workload: Workload, container: string, image: string): readonly Change[] {
  const { template } = workload.spec;
  const withImage = (candidate: Container): Container => (candidate.name === container ? { ...candidate, image } : candidate);
  const before: PodTemplate = {
    spec: {
      ...template.spec,
      containers: template.spec.containers.map(withImage),
      ...(template.spec.initContainers === undefined ? {} : { initContainers: template.spec.initContainers.map(withImage) }),
    },
  };
  return changesBetween(before, template);
}

function appliedImage(workload: Workload, container: string): string | undefined {
  const manifest = lastApplied(workload);
  if (manifest === undefined) return undefined;
  for (const list of ["initContainers", "containers"]) {
    const containers = valueAt(manifest, `/spec/template/spec/${list}`);
    const found = isJsonArray(containers) ? containers.find((candidate) => valueAt(candidate, "/name") === container) : undefined;
    const image = found === undefined ? undefined : valueAt(found, "/image");
    if (typeof image === "string" && image !== "") return image;
  }
  return undefined;
}

/**
 * What runs in other workloads here and is written nearly the same. With other digits it would be another version, which nobody
 * asked for; with the same ones a dot or a letter was lost.
 */
function nearImage(workload: Workload, container: string, evidence: Evidence): string | undefined {
  const wanted = imageIn(workload.spec.template.spec, container) ?? "";
  const running = siblingsOf(workload, evidence).flatMap((sibling) => sibling.container.image ?? []);
  return nearName(
    wanted,
    running.filter((image) => digitsOf(image) === digitsOf(wanted)),
  );
}

function digitsOf(image: string): string {
  return image.replaceAll(/\D/g, "");
}
