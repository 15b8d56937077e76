// Builds the Go programs and packs the images into the cache folder. A program is built again only when its sources,
// its flags or the Go release have changed; Go's own cache makes even that a matter of seconds.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execute, executeOrFail } from "./execute.ts";
import { ClusterFailure } from "./failure.ts";
import { imageNames, imagePath, packImages } from "./images.ts";
import { roomPath } from "./layout.ts";
import type { Settings } from "./settings.ts";

interface Program {
  readonly name: string;
  /** The folder of its Go module, below go/. */
  readonly module: string;
  readonly package: string;
  readonly variables?: Readonly<Record<string, string>>;
}

const kubernetesVersion = { gitVersion: "v1.34.4", gitMajor: "1", gitMinor: "34" };

const programs: readonly Program[] = [
  { name: "cluster", module: "kubernetes", package: ".", variables: kubernetesVersion },
  { name: "pause", module: "kubernetes", package: "./pause" },
  { name: "relay", module: "kubernetes", package: "./relay" },
  { name: "coredns", module: "dns", package: "." },
  { name: "podinfo", module: "podinfo", package: "github.com/stefanprodan/podinfo/cmd/podinfo" },
];

/** The first build compiles all of Kubernetes. */
const buildLimitMs = 40 * 60_000;

export async function build(settings: Settings, report: (line: string) => void): Promise<void> {
  const release = await goRelease();
  mkdirSync(settings.binFolder, { recursive: true });
  for (const program of programs) {
    const path = join(settings.binFolder, program.name);
    const stamp = stampOf(program, release);
    if (existsSync(path) && existsSync(`${path}.stamp`) && readFileSync(`${path}.stamp`, "utf8") === stamp) continue;
    report(`building ${program.name}${program.name === "cluster" ? " (about five minutes the first time)" : ""}`);
    await compile(program, path);
    writeFileSync(`${path}.stamp`, stamp);
  }
  const packed = await packImages(settings);
  if (packed.length > 0) report(`packed ${packed.join(", ")}`);
}

/** What `up` needs of it and does not find; empty when it is all there. */
export function missingBuilds(settings: Settings): string[] {
  const paths = [join(settings.binFolder, "cluster"), ...imageNames.map((image) => imagePath(settings, image))];
  return paths.filter((path) => !existsSync(path));
}

async function goRelease(): Promise<string> {
  const outcome = await execute("go", ["env", "GOVERSION"]);
  if (outcome.code === 0) return outcome.stdout.trim();
  throw new ClusterFailure("the Go toolchain (1.25 or newer) is not on the PATH: https://go.dev/dl");
}

async function compile(program: Program, path: string): Promise<void> {
  await executeOrFail("go", ["build", "-ldflags", linkFlags(program), "-o", path, program.package], {
    folder: roomPath("go", program.module),
    // another value of either has its own build cache: everything would be compiled twice
    environment: { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-trimpath" },
    limitMs: buildLimitMs,
  });
}

function linkFlags({ variables = {} }: Program): string {
  const set = Object.entries(variables).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`);
  return ["-s", "-w", ...set].join(" ");
}

function stampOf(program: Program, release: string): string {
  const hash = createHash("sha256").update(`${release} ${program.package} ${linkFlags(program)}`);
  const folder = roomPath("go", program.module);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => /\.go$|^go\.(mod|sum)$/.test(file));
  for (const file of files.sort()) hash.update(`${file}\n`).update(readFileSync(join(folder, file)));
  return hash.digest("hex");
}
