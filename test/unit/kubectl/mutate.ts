/** Lines gone wrong in the ways that people, models and attackers make them go wrong. */
import type { Dice } from "../../support/dice.ts";
import { lines, yamlLine } from "./lines.ts";

const characters = Array.from(" -=/.,:'\"\\\n\t;&|<>$`*?{}[]()!~#%^@+_09azAZ\0\r\u00A0é漢\uD800");
const fragments = [
  "--all",
  "-A",
  "-l app=web",
  "--selector=a=b",
  "--force",
  "--grace-period=0",
  "--cascade=orphan",
  "--dry-run=server",
  "--subresource=scale",
  "-n kube-system",
  "-n=shop",
  "--namespace",
  "-f x.yaml",
  "-f -",
  "-k .",
  "--kubeconfig=/x",
  "--as=root",
  "--overwrite",
  "--type=json",
  "--type=merge",
  "; rm -rf /",
  "&& id",
  "| sh",
  "$(id)",
  "`id`",
  "> /etc/passwd",
  "<<EOF",
  "EOF",
  "--",
  "-",
  "''",
  '""',
  "kubectl",
  "exec",
  "edit",
  "replace",
  "delete",
  "scale",
  "patch",
  "set",
  "image",
  "env",
  "secret/a",
  "ns/shop",
  "pvc/data",
  "clusterrole/admin",
  "node/node-1",
  "pod/web-1",
  "deploy",
  "svc",
  "__proto__=1",
  "constructor",
  "*=a:1",
  "a-",
  "=b",
  "key:NoSchedule-",
  "-c app",
  "-c *",
  "--limits=cpu=1",
  "--replicas=9999999999",
  "--replicas=-1",
  '{"spec":null}',
  '{"$patch":"replace"}',
  '{"__proto__":{}}',
  '[{"op":"test","path":"/a","value":1}]',
  '[{"op":"remove","path":"/spec"}]',
  "1e999",
  "[[[[[[",
];

export function mutated(dice: Dice): string {
  let line = dice.once(500) ? yamlLine : dice.pick(lines);
  for (let times = dice.pick([1, 1, 1, 2, 2, 3, 4]); times > 0; times -= 1) line = once(dice, line);
  return line;
}

function once(dice: Dice, line: string): string {
  const at = dice.roll(line.length + 1);
  switch (dice.roll(8)) {
    case 0:
      return line.slice(0, at) + dice.pick(characters) + line.slice(at);
    case 1:
      return line.slice(0, at) + line.slice(at + 1 + dice.roll(3));
    case 2:
      return line.slice(0, at) + dice.pick(characters) + line.slice(at + 1);
    case 3: {
      const other = dice.pick(lines);
      return line.slice(0, at) + other.slice(dice.roll(other.length));
    }
    case 4:
      return `${line} ${dice.pick(fragments)}`;
    default:
      return words(dice, line.split(" ")).join(" ");
  }
}

function words(dice: Dice, line: readonly string[]): readonly string[] {
  const [at, other] = [dice.roll(line.length), dice.roll(line.length)];
  switch (dice.roll(5)) {
    case 0:
      return line.toSpliced(at, 1);
    case 1:
      return line.toSpliced(at, 0, dice.pick(fragments));
    case 2:
      return line.with(at, dice.pick(fragments));
    case 3:
      return line.toSpliced(other, 0, line[at] ?? "");
    default:
      return line.with(at, line[other] ?? "").with(other, line[at] ?? "");
  }
}
