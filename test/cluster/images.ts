// Packs the built programs as OCI images that containerd imports from a file, so that no pod ever pulls anything.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { executeOrFail } from "./execute.ts";
import type { Settings } from "./settings.ts";
import { tar, type Entry } from "./tar.ts";

const tags = { pause: "1", coredns: "1", podinfo: "6", relay: "1", busybox: "1" };

export type ImageName = keyof typeof tags;

export const imageNames = Object.keys(tags) as ImageName[];

export function imagePath(settings: Settings, image: ImageName): string {
  return join(settings.binFolder, `${image}.tar`);
}

/** Packs the images whose program has changed; the names of those. */
export async function packImages(settings: Settings): Promise<ImageName[]> {
  const packed: ImageName[] = [];
  for (const image of imageNames) {
    const program = image === "busybox" ? "/bin/busybox" : join(settings.binFolder, image);
    const content = readFileSync(program);
    const path = imagePath(settings, image);
    const stamp = sha256(Buffer.concat([content, readFileSync(new URL(import.meta.url))]));
    if (existsSync(path) && existsSync(`${path}.stamp`) && readFileSync(`${path}.stamp`, "utf8") === stamp) continue;
    const links = image === "busybox" ? await busyboxLinks() : [];
    writeFileSync(path, archive(`test.local/${image}:${tags[image]}`, image, content, links));
    writeFileSync(`${path}.stamp`, stamp);
    packed.push(image);
  }
  return packed;
}

async function busyboxLinks(): Promise<Entry[]> {
  const applets = (await executeOrFail("/bin/busybox", ["--list"])).split("\n");
  const named = applets.filter((applet) => applet !== "" && applet !== "busybox");
  return named.map((applet) => ({ kind: "link", path: `bin/${applet}`, target: "busybox" }));
}

function archive(reference: string, program: string, content: Uint8Array, links: readonly Entry[]): Buffer {
  const entries: Entry[] = [
    { kind: "folder", path: "bin/", mode: 0o755 },
    { kind: "folder", path: "etc/", mode: 0o755 },
    { kind: "folder", path: "tmp/", mode: 0o1777 },
    file("etc/passwd", Buffer.from("root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n")),
    { kind: "file", path: `bin/${program}`, mode: 0o755, content },
    ...links,
  ];
  return imageArchive(reference, entries, { Entrypoint: [`/bin/${program}`], Env: ["PATH=/bin:/usr/bin"] });
}

/** An OCI image of one layer, as one tar. `config`: how it is run, in the words of the OCI image specification. */
export function imageArchive(reference: string, entries: readonly Entry[], config: Readonly<Record<string, unknown>>): Buffer {
  const layer = tar(entries);
  const described = json({
    architecture: process.arch === "arm64" ? "arm64" : "amd64",
    os: "linux",
    config,
    rootfs: { type: "layers", diff_ids: [digest(layer)] },
  });
  const manifest = json({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: { mediaType: "application/vnd.oci.image.config.v1+json", digest: digest(described), size: described.length },
    layers: [{ mediaType: "application/vnd.oci.image.layer.v1.tar", digest: digest(layer), size: layer.length }],
  });
  const index = json({
    schemaVersion: 2,
    manifests: [
      {
        mediaType: "application/vnd.oci.image.manifest.v1+json",
        digest: digest(manifest),
        size: manifest.length,
        annotations: { "io.containerd.image.name": reference, "org.opencontainers.image.ref.name": reference },
      },
    ],
  });
  const blobs = [layer, described, manifest].map((blob) => file(`blobs/sha256/${sha256(blob)}`, blob));
  return tar([file("oci-layout", json({ imageLayoutVersion: "1.0.0" })), file("index.json", index), ...blobs]);
}

function file(path: string, content: Uint8Array): Entry {
  return { kind: "file", path, content, mode: 0o644 };
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function digest(content: Uint8Array): string {
  return `sha256:${sha256(content)}`;
}

function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
