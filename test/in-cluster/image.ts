// The image of Stratus without a Docker daemon: Node from npm, the C library that it asks for, and src/entry/node.ts as one
// file. A program too: `node test/in-cluster/image.ts REFERENCE FILE` writes it where skopeo, crane or ctr take it up.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { bundleForNode } from "../../infra/bundle.ts";
import { execute } from "../cluster/execute.ts";
import { imageArchive } from "../cluster/images.ts";
import type { Entry } from "../cluster/tar.ts";

const root = join(import.meta.dirname, "..", "..");
const nodePath = join(root, "node_modules", "node", "bin", "node");

/** The C library's loader, which names and opens all other libraries. Source: the psABI of each architecture. */
const loaders: Readonly<Record<string, string>> = { x64: "/lib64/ld-linux-x86-64.so.2", arm64: "/lib/ld-linux-aarch64.so.1" };

/** As in infra/kubernetes/base/deployment.yaml: a number, because `runAsNonRoot` cannot judge a name. */
const user = "65532";

export interface Image {
  readonly archive: Buffer;
  readonly bundleBytes: number;
  /** Files that come from this machine beside Node. */
  readonly libraries: readonly string[];
}

/** About 130 MB, held in memory twice for a moment. Throws what esbuild says. */
export async function packImage(reference: string): Promise<Image> {
  const [bundle, libraries] = await Promise.all([bundleForNode(join(root, "src", "entry", "node.ts")), librariesOf(nodePath)]);
  const files: Entry[] = [
    file("bin/node", readFileSync(nodePath), 0o755),
    file("app/stratus.mjs", bundle, 0o644),
    file("etc/passwd", Buffer.from(`stratus:x:${user}:${user}::/:/bin/false\n`), 0o644),
    ...libraries.map((path) => file(path.slice(1), readFileSync(path), 0o755)),
  ];
  const entries = [...foldersOf(files.map(({ path }) => path)), { kind: "folder", path: "tmp/", mode: 0o1777 } as const, ...files];
  const archive = imageArchive(reference, entries, {
    Entrypoint: ["/bin/node", "/app/stratus.mjs"],
    User: `${user}:${user}`,
    Env: ["PATH=/bin", "NODE_ENV=production"],
    WorkingDir: "/tmp",
    ExposedPorts: { "8080/tcp": {} },
  });
  return { archive, bundleBytes: bundle.length, libraries };
}

/** Asked of the loader itself (`ldd` is a shell script around the same call): `name => /path (address)`. */
async function librariesOf(program: string): Promise<string[]> {
  const loader = loaders[process.arch];
  if (loader === undefined) throw new Error(`no image for ${process.arch}`);
  const { code, stdout, stderr } = await execute(loader, ["--list", program]);
  if (code !== 0) throw new Error(`${loader} does not list what Node needs: ${stderr}`);
  const found = [...stdout.matchAll(/=> (\/\S+) \(/g)].flatMap(([, path]) => path ?? []);
  return [...new Set([loader, ...found])];
}

function file(path: string, content: Uint8Array, mode: number): Entry & { readonly kind: "file" } {
  return { kind: "file", path, content, mode };
}

/** Each once, parents first. */
function foldersOf(paths: readonly string[]): Entry[] {
  const folders = new Set<string>();
  for (const path of paths) {
    const parts = dirname(path).split("/");
    for (let depth = 1; depth <= parts.length; depth += 1) folders.add(`${parts.slice(0, depth).join("/")}/`);
  }
  return [...folders].map((path) => ({ kind: "folder", path, mode: 0o755 }));
}

if (import.meta.main) {
  const [reference = "stratus:dev", path = "dist/stratus.tar"] = process.argv.slice(2);
  const { archive, bundleBytes, libraries } = await packImage(reference);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, archive);
  const mebibytes = Math.round(archive.length / 1_048_576);
  process.stdout.write(
    `${path}: ${reference}, ${mebibytes} MiB; Stratus ${Math.round(bundleBytes / 1024)} KiB, ${libraries.length} libraries\n`,
  );
}
