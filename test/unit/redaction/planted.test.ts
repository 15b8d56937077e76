/** Chance against redaction: whatever is planted, and wherever, no piece of it that is worth anything comes out again. */
import { expect, test } from "vitest";
import { createRedactor } from "../../../src/redaction/redaction.ts";
import { createDice } from "../../support/dice.ts";
import { planted, shapedSecret, weakSecret } from "../../support/secret.ts";

const rounds = 10_000;

/** The longest piece of the secret, of at least 8 characters, that the text still holds. */
function leaked(secret: string, shown: string): string | undefined {
  const least = Math.min(8, secret.length);
  for (let at = 0; at + least <= secret.length; at += 1) {
    const piece = secret.slice(at, at + least);
    if (!piece.startsWith("-----") && !/^[A-Z ]*-+[\s\S]?/.test(piece) && shown.includes(piece)) return piece;
  }
  return undefined;
}

test(`of ${rounds} texts none keeps the secret that was planted in it`, async () => {
  const leaks: string[] = [];
  for (let seed = 1; seed <= rounds; seed += 1) {
    const { secret, text } = planted(createDice(seed));
    const shown = await createRedactor(`incident ${seed % 7}`).text(text);
    const piece = leaked(secret, shown);
    if (piece !== undefined) leaks.push(`seed ${seed}: ${piece} of ${secret} in ${shown}`);
  }
  expect(leaks).toEqual([]);
});

test("of 2000 objects none keeps it either, and what stands beside it stays", async () => {
  const leaks: string[] = [];
  for (let seed = 1; seed <= 2_000; seed += 1) {
    const dice = createDice(seed);
    const [byForm, byName, inText] = [shapedSecret(dice), weakSecret(dice), planted(dice)];
    const shown = JSON.stringify(
      await createRedactor("incident").json({
        kind: "ConfigMap",
        metadata: { name: "settings", annotations: { note: inText.text } },
        data: { greeting: "hello", free: byForm, "admin.password": byName },
        env: [{ name: "SESSION_SECRET", value: byName }],
        args: ["--api-key", byName, `--with=${byForm}`],
      }),
    );
    for (const secret of [byForm, byName, inText.secret]) {
      const piece = leaked(secret, shown);
      if (piece !== undefined) leaks.push(`seed ${seed}: ${piece} of ${secret} in ${shown}`);
    }
    expect(shown).toContain('"greeting":"hello"');
  }
  expect(leaks).toEqual([]);
});
