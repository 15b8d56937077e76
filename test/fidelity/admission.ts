/**
 * A mutating webhook on loopback, for the namespaces that are labelled for it: the API server asks it about each object, and
 * it changes what people did not. It does not always do the same: a trace is another one each time.
 */
import { createServer } from "node:https";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AddressInfo } from "node:net";
import { isJsonObject, valueAt } from "../../src/kubernetes/json.ts";
import type { Json, JsonObject, PatchOperation } from "../../src/kubernetes/json.ts";

export const admissionLabel = "fidelity.test/admission";
export const imagesAnnotation = "fidelity.test/images";

export interface Admission {
  /** To be created in the cluster. */
  readonly configuration: JsonObject;
  close(): Promise<void>;
}

/** `pkiFolder`: of the cluster, whose own serving certificate is good for 127.0.0.1. */
export async function startAdmission(pkiFolder: string): Promise<Admission> {
  const read = (file: string): Buffer => readFileSync(join(pkiFolder, file));
  const server = createServer({ cert: read("apiserver.crt"), key: read("apiserver.key") }, (request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString()));
    request.on("end", () => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(answer(JSON.parse(body) as Review)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    configuration: configurationOf(port, read("ca.crt").toString("base64")),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Review {
  readonly request: { readonly uid: string; readonly object: Json };
}

function answer({ request: { uid, object } }: Review): JsonObject {
  const operations = isJsonObject(object) ? changesTo(object) : [];
  const patch = Buffer.from(JSON.stringify(operations)).toString("base64");
  return {
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    response: { uid, allowed: true, ...(operations.length === 0 ? {} : { patchType: "JSONPatch", patch }) },
  };
}

function changesTo(object: JsonObject): PatchOperation[] {
  if (object["kind"] === "ConfigMap") {
    const debugging = valueAt(object, "/data/MODE") === "debug" && valueAt(object, "/data/DEBUG_ID") === undefined;
    return debugging ? [{ op: "add", path: "/data/DEBUG_ID", value: randomUUID() }] : [];
  }
  const containers = valueAt(object, "/spec/template/spec/containers") as readonly { readonly image: string; readonly env?: unknown }[];
  const annotations = valueAt(object, "/spec/template/metadata/annotations");
  const images = containers.map(({ image }) => image).join(",");
  const traced: PatchOperation[] = containers.flatMap(({ image, env }, index) =>
    image.endsWith(":canary") && env === undefined
      ? [{ op: "add", path: `/spec/template/spec/containers/${index}/env`, value: [{ name: "TRACE_ID", value: randomUUID() }] } as const]
      : [],
  );
  return [
    ...(annotations === undefined ? [{ op: "add", path: "/spec/template/metadata/annotations", value: {} } as const] : []),
    { op: "add", path: `/spec/template/metadata/annotations/${imagesAnnotation.replace("/", "~1")}`, value: images },
    ...traced,
  ];
}

function configurationOf(port: number, caBundle: string): JsonObject {
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingWebhookConfiguration",
    metadata: { name: "fidelity" },
    webhooks: [
      {
        name: "changes.fidelity.test",
        clientConfig: { url: `https://127.0.0.1:${port}/`, caBundle },
        namespaceSelector: { matchLabels: { [admissionLabel]: "on" } },
        rules: [
          { apiGroups: ["apps"], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"], resources: ["deployments"] },
          { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"], resources: ["configmaps"] },
        ],
        sideEffects: "None",
        admissionReviewVersions: ["v1"],
        timeoutSeconds: 10,
      },
    ],
  };
}
