/** Bundles src/entry/lambda.ts into the one file that the function is deployed from, and prints its size. Deploys nothing. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { bundleForNode } from "../bundle.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const bundlePath = `${root}dist/lambda/index.mjs`;

export interface BundleSize {
  readonly bytes: number;
  readonly gzippedBytes: number;
}

export async function bundleLambda(path: string = bundlePath, entryPath = `${root}src/entry/lambda.ts`): Promise<BundleSize> {
  const code = await bundleForNode(entryPath);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, code);
  return { bytes: code.length, gzippedBytes: gzipSync(code).length };
}

if (import.meta.main) {
  const { bytes, gzippedBytes } = await bundleLambda();
  process.stdout.write(`dist/lambda/index.mjs: ${Math.round(bytes / 1_024)} KiB, gzipped ${Math.round(gzippedBytes / 1_024)} KiB\n`);
}
