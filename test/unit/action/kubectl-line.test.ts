import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { createLine, deleteLine, kubectlIn, named, patchLine, printed, quotedForShell } from "../../../src/action/kubectl-line.ts";
import { web } from "./objects.ts";

const node = { kind: "Node", name: "node-1" };
const nasty = `it's "$HOME" \`id\` $(id) \\n \\\\ !! * ; & | > < # ~\n\ttab`;

describe("a kubectl line", () => {
  test("names the namespace where there is one", () => {
    expect(kubectlIn(web)).toBe("kubectl -n shop");
    expect(kubectlIn(node)).toBe("kubectl");
    expect([web, node].map(named)).toEqual(["deployment/web", "node/node-1"]);
  });

  test("of a patch, a creation and a deletion", () => {
    expect(patchLine(node, [{ op: "remove", path: "/spec/unschedulable" }])).toBe(
      `kubectl patch node/node-1 --type=json -p '[{"op":"remove","path":"/spec/unschedulable"}]'`,
    );
    expect(createLine(web, { kind: "Deployment" })).toBe(`printf %s '{"kind":"Deployment"}' | kubectl -n shop create -f -`);
    expect(deleteLine(web)).toBe("kubectl -n shop delete deployment/web");
  });

  // dash and the `sh` mode of bash read backslashes in different ways.
  test.each(["sh", "bash"])("%s takes what is in quotes as it is meant", (shell) => {
    const said = execFileSync(shell, ["-c", `printf %s ${quotedForShell(nasty)}`], { encoding: "utf8" });
    expect(said).toBe(nasty);
    const object = { data: { TEXT: nasty } };
    expect(JSON.parse(execFileSync(shell, ["-c", printed(object)], { encoding: "utf8" }))).toEqual(object);
  });
});
