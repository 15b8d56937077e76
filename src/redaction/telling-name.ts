/**
 * PURE. Whether a name says that its value is a secret: `DB_PASSWORD`, `x-api-key`, `clientSecret`. Names of Kubernetes that
 * only sound like it (`secretName`, `tokenExpirationSeconds`) lead to no secret, and a diagnosis needs what they say.
 */

const telling = new Set([
  "accesskey",
  "apikey",
  "apitoken",
  "authkey",
  "authtoken",
  "clientsecret",
  "connectionstring",
  "cookie",
  "cookies",
  "cred",
  "credential",
  "credentials",
  "creds",
  "dsn",
  "encryptionkey",
  "jwt",
  "passphrase",
  "passwd",
  "password",
  "passwords",
  "passwort",
  "privatekey",
  "pw",
  "pwd",
  "secret",
  "secretkey",
  "sessionkey",
  "signingkey",
  "token",
]);
const endings = ["apikey", "passwd", "password", "passphrase", "privatekey", "secret", "secretkey", "token"];
/** Of two words the second says what kind of key it is. */
const kindsOfKey = new Set(["access", "account", "api", "app", "auth", "client", "encryption", "license", "master", "private", "secret"]);
const furtherKindsOfKey = new Set(["service", "session", "shared", "signing", "ssh", "storage", "tls", "webhook"]);
/** Behind the telling word stands what a value of the name is then. */
const afterwards = new Set(["value", "b64", "base64", "hash", "old", "previous", "new", "current", "primary", "secondary", "prod", "dev"]);

export function isTelling(name: string): boolean {
  const words = wordsOf(name);
  while (words.length > 1 && isSuffix(words.at(-1) ?? "")) words.pop();
  const last = words.at(-1) ?? "";
  if (telling.has(last) || endings.some((ending) => last.endsWith(ending) && last.length > ending.length)) return true;
  const before = words.at(-2) ?? "";
  if (last === "key" || last === "keys") return kindsOfKey.has(before) || furtherKindsOfKey.has(before);
  if (last === "string") return before === "connection" || before === "conn";
  return last === "auth" && (words.length === 1 || before === "basic" || before === "http");
}

function isSuffix(word: string): boolean {
  return /^\d+$/.test(word) || afterwards.has(word);
}

/** `DB_PASSWORD`, `db-password`, `dbPassword`, `db.password`: db, password. */
function wordsOf(name: string): string[] {
  return name
    .slice(0, 200)
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .split(/[^A-Za-z\d]+/)
    .flatMap((word) => (word === "" ? [] : [word.toLowerCase().replace(/(?<=[a-z])\d+$/, "")]));
}
