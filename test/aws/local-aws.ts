/** What a file of tests shares: moto, dynalite and the bundle, and worlds that are built on them. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { bundleLambda } from "../../infra/aws/bundle.ts";
import type { BundleSize } from "../../infra/aws/bundle.ts";
import { createDynamodbClient } from "../../src/ledger/dynamodb.ts";
import { createTable } from "../../src/ledger/dynamodb-table.ts";
import { startDynalite } from "../support/dynalite.ts";
import type { LocalDynamodb } from "../support/dynalite.ts";
import { startMoto } from "./moto.ts";
import type { Moto } from "./moto.ts";
import { createLambdaWorld } from "./world.ts";
import type { LambdaWorld, WorldOptions } from "./world.ts";

export interface LocalAws {
  readonly moto: Moto;
  readonly dynamodb: LocalDynamodb;
  readonly bundle: string;
  readonly size: BundleSize;
  /** The path of another bundle, of this entry. */
  bundleOf(entryPath: string): Promise<string>;
  /** With a table of its own on dynalite. */
  world(name: string, options?: Partial<WorldOptions>): Promise<LambdaWorld>;
  /** The worlds too. */
  stop(): Promise<void>;
}

export async function startLocalAws(): Promise<LocalAws> {
  const directory = await mkdtemp(join(tmpdir(), "stratus-lambda-"));
  const bundle = join(directory, "index.mjs");
  const [moto, dynamodb, size] = await Promise.all([startMoto(), startDynalite(), bundleLambda(bundle)]);
  const worlds: LambdaWorld[] = [];
  return {
    moto,
    dynamodb,
    bundle,
    size,
    async bundleOf(entryPath) {
      const path = join(directory, `${basename(entryPath, ".ts")}.mjs`);
      await bundleLambda(path, entryPath);
      return path;
    },
    async world(name, options = {}) {
      const table = `stratus-${name}`;
      await createTable({ client: createDynamodbClient(dynamodb.connection), table });
      const environment = {
        STRATUS_DYNAMODB_TABLE: table,
        STRATUS_DYNAMODB_ENDPOINT: dynamodb.connection.endpoint,
        ...options.environment,
      };
      const created = await createLambdaWorld({ moto, name, bundle, ...options, environment });
      worlds.push(created);
      return created;
    },
    async stop() {
      await Promise.all(worlds.map((world) => world.stop()));
      await moto.stop();
      await dynamodb.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
