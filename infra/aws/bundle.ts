/** Bundles src/entry/lambda.ts into the one file that the function is deployed from, and prints its size. Deploys nothing. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../../", import.meta.url));
export const bundlePath = `${root}dist/lambda/index.mjs`;

export interface BundleSize {
  readonly bytes: number;
  readonly gzippedBytes: number;
}

/** The SDK is inside: the runtime's own changes without notice. Throws what esbuild says. */
export async function bundleLambda(outfile: string = bundlePath): Promise<BundleSize> {
  await build({
    entryPoints: [`${root}src/entry/lambda.ts`],
    outfile,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    minify: true,
    keepNames: true,
    // Some parts of the SDK are CommonJS and ask for Node's modules by require.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    mainFields: ["module", "main"],
    legalComments: "none",
    logLevel: "warning",
  });
  const code = await readFile(outfile);
  return { bytes: code.length, gzippedBytes: gzipSync(code).length };
}

if (import.meta.main) {
  const { bytes, gzippedBytes } = await bundleLambda();
  process.stdout.write(`dist/lambda/index.mjs: ${Math.round(bytes / 1_024)} KiB, gzipped ${Math.round(gzippedBytes / 1_024)} KiB\n`);
}
