/** Stratus as one file for Node, from an entry and everything that it imports: for the function and for the image. Writes no file. */
import { build } from "esbuild";

/** Packages are inside, the AWS SDK too: a runtime's own changes without notice. Throws what esbuild says. */
export async function bundleForNode(entryPath: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [entryPath],
    write: false,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    minify: true,
    keepNames: true,
    // Some packages are CommonJS and ask for Node's modules by require.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    mainFields: ["module", "main"],
    legalComments: "none",
    logLevel: "warning",
  });
  const [bundle] = outputFiles;
  if (bundle === undefined) throw new Error("esbuild gave no bundle");
  return bundle.contents;
}
