import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["test/unit/**/*.test.ts", "test/tidy.test.ts"], testTimeout: 60_000 } },
      { test: { name: "contract", include: ["test/contract/**/*.test.ts"], testTimeout: 60_000 } },
      { test: { name: "journey", include: ["test/journey/**/*.test.ts"], testTimeout: 60_000 } },
      {
        test: {
          name: "runtime",
          include: ["test/runtime/**/*.test.ts", "test/in-cluster/manifests.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "aws",
          include: ["test/aws/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "cluster",
          include: [
            "test/cluster/**/*.test.ts",
            "test/incident/**/*.test.ts",
            "test/in-cluster/in-cluster.test.ts",
            "test/kubectl/**/*.test.ts",
            "test/fidelity/**/*.test.ts",
          ],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
