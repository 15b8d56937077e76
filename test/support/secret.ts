/** Secrets as they really look, and texts in which they turn up: made by dice, so that a round is named by its seed. */
import type { Dice } from "./dice.ts";

const lower = "abcdefghijklmnopqrstuvwxyz";
const upper = lower.toUpperCase();
const digits = "0123456789";
const base62 = lower + upper + digits;

function letters(dice: Dice, from: string, length: number): string {
  return Array.from({ length }, () => from[dice.roll(from.length)]).join("");
}

/** Known by their own form, wherever they stand. */
const shaped: readonly ((dice: Dice) => string)[] = [
  (dice) => `AKIA${letters(dice, upper + digits, 16)}`,
  (dice) => `${dice.pick(["ghp", "gho", "ghs", "ghu"])}_${letters(dice, base62, 36)}`,
  (dice) => `github_pat_${letters(dice, base62, 22)}_${letters(dice, base62, 59)}`,
  (dice) => `glpat-${letters(dice, base62, 20)}`,
  (dice) => `${dice.pick(["xoxb", "xoxp", "xoxa"])}-${letters(dice, digits, 11)}-${letters(dice, base62, 24)}`,
  (dice) => `${dice.pick(["sk", "rk"])}_${dice.pick(["live", "test"])}_${letters(dice, base62, 24)}`,
  (dice) => `sk-${dice.pick(["", "proj-", "ant-api03-"])}${letters(dice, `${base62}_-`, 40)}${letters(dice, base62, 8)}`,
  (dice) => `AIza${letters(dice, `${base62}_-`, 34)}${letters(dice, base62, 1)}`,
  (dice) => `eyJ${letters(dice, base62, 30)}.eyJ${letters(dice, base62, 40)}.${letters(dice, `${base62}_-`, 43)}`,
  (dice) => `hvs.${letters(dice, base62, 24)}`,
  (dice) => `npm_${letters(dice, base62, 36)}`,
  (dice) =>
    `-----BEGIN ${dice.pick(["RSA ", "EC ", ""])}PRIVATE KEY-----\n${letters(dice, base62, 64)}\n${letters(dice, base62, 40)}==\n-----END PRIVATE KEY-----`,
  (dice) => letters(dice, base62, 24 + dice.roll(40)),
  (dice) => letters(dice, "0123456789abcdef", dice.pick([32, 40, 64])),
  (dice) => `${letters(dice, base62, 1)}${letters(dice, `${base62}+/`, 38)}${letters(dice, base62, 1)}`,
  (dice) => letters(dice, lower + digits, 32),
];

/** Told by their names alone. */
const weak: readonly ((dice: Dice) => string)[] = [
  (dice) => `${dice.pick(["hunter", "letmein", "dragon", "changeme"])}${dice.roll(100_000) + 1_000}`,
  (dice) => letters(dice, lower, 8 + dice.roll(8)),
  (dice) => letters(dice, `${base62}!$%^*?#.-_+`, 10 + dice.roll(8)).replace(/^[^a-z]/i, "x"),
];

const tellingNames = [
  "DB_PASSWORD",
  "password",
  "API_KEY",
  "client_secret",
  "authToken",
  "x-api-key",
  "spring.datasource.password",
  "SECRET_KEY",
];

const around: readonly ((secret: string) => string)[] = [
  (secret) => `level=error msg="upstream said no" used ${secret} for shop/payment`,
  (secret) => `Failed to pull image "registry.example/shop:1.4.2": denied for ${secret}`,
  (secret) => JSON.stringify({ message: `tried ${secret}`, pod: "payment-7d9c6b5f4-x2x9z" }),
  (secret) => secret,
  (secret) => `a,b,${secret},c`,
  (secret) => `[${secret}] (${secret})`,
  (secret) => `E0105 09:00:00.123456       1 auth.go:42] refused ${secret}`,
  (secret) => `10.244.1.7 - - [05/Jan/2026:09:00:00 +0000] "GET /login?code=${secret} HTTP/1.1" 401 12`,
  (secret) => secret.replaceAll(/^/gm, "2026-01-05T09:00:00Z app | "),
];

const named: readonly ((name: string, secret: string) => string)[] = [
  (name, secret) => `${name}=${secret}`,
  (name, secret) => `${name}: ${secret}`,
  (name, secret) => `level=info ${name}="${secret}" user=app`,
  (name, secret) => JSON.stringify({ user: "app", [name]: secret }),
  (name, secret) => JSON.stringify({ said: JSON.stringify({ [name]: secret }) }),
  (name, secret) => JSON.stringify({ name, value: secret }),
  (name, secret) => `- name: ${name}\n  value: ${secret}\n`,
  (name, secret) => `/usr/bin/app --${name} ${secret} --port 80`,
  (name, secret) => `GET /x?a=1&${name}=${secret} HTTP/1.1`,
  (name, secret) => `{:user=>"app", :${name}=>"${secret}"}`,
  (name, secret) => `{'user': 'app', '${name}': '${secret}'}`,
  (name, secret) => `2026-01-05T09:00:00Z ERROR {"user":"app","${name}":"${secret}`,
];

export interface Planted {
  readonly secret: string;
  readonly text: string;
}

export function shapedSecret(dice: Dice): string {
  return dice.pick(shaped)(dice);
}

export function weakSecret(dice: Dice): string {
  return dice.pick(weak)(dice);
}

export function planted(dice: Dice): Planted {
  switch (dice.roll(4)) {
    case 0: {
      const secret = weakSecret(dice);
      return { secret, text: dice.pick(named)(dice.pick(tellingNames), secret) };
    }
    case 1: {
      const secret = letters(dice, base62, 8 + dice.roll(10));
      return { secret, text: `dial ${dice.pick(["postgres", "amqp", "https", "mongodb+srv"])}://app:${secret}@db.shop:5432/orders failed` };
    }
    case 2: {
      const secret = `${letters(dice, lower, 6)}${letters(dice, digits, 4)}${letters(dice, base62, 6)}`;
      return { secret, text: `> ${dice.pick(["Authorization: Bearer", "authorization: Basic", "Bearer"])} ${secret}` };
    }
    default: {
      const secret = shapedSecret(dice);
      return { secret, text: dice.pick(around)(secret) };
    }
  }
}
