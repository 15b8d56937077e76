/** PURE. Credentials that are known by their own form, wherever they stand. Sources: each provider's documentation of its keys. */

export interface Shape {
  readonly kind: string;
  /** Global. With a group, the group alone is the secret. */
  readonly pattern: RegExp;
}

export const shapes: readonly Shape[] = [
  { kind: "pem", pattern: /-----BEGIN [A-Z0-9 ]*(?:PRIVATE KEY|SECRET)[A-Z0-9 ]*-----[\s\S]*?(?:-----END [A-Z0-9 ]+-----|$)/g },
  { kind: "pem", pattern: /-----BEGIN (?:CERTIFICATE|PGP [A-Z ]+|OPENSSH [A-Z ]+)-----[\s\S]*?(?:-----END [A-Z0-9 ]+-----|$)/g },
  // Of a text that begins in the middle of a key, as the end of a log does: the longest of keys, whatever stands before its lines.
  { kind: "pem", pattern: /^(?:(?!-----BEGIN )[\s\S]){0,20000}?-----END [A-Z0-9 ]*(?:PRIVATE KEY|SECRET)[A-Z0-9 ]*-----/g },
  { kind: "jwt", pattern: /\bey[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*){0,3}/g },
  // In prose a word follows; a token has a digit, a change of case or an end of base64 in it.
  {
    kind: "authorization",
    pattern: /\b(?:[Bb]earer|BEARER|[Bb]asic|Token|ApiKey|Negotiate)\s+(?=[\w.~+/=-]*(?:\d|[a-z][A-Z]|=))([\w.~+/=-]{6,})/g,
  },
  {
    kind: "authorization",
    pattern: /\bauthorization\\?["']?\s{0,3}[:=]\s{0,3}\\?["']?(?:bearer|basic|token|digest|negotiate|apikey)\s+([^\s"',]+)/gi,
  },
  { kind: "authorization", pattern: /\bauthorization\\?["']?\s{0,3}[:=]\s{0,3}\\?["']?digest\s+([^\r\n]+)/gi },
  // All of the header, not only its first cookie.
  { kind: "cookie", pattern: /\bcookie2?\\?["']?\s{0,3}[:=]\s{0,3}\\?["']?(?=[^\s=;"']{1,100}=)([^\r\n"'\\]+)/gi },
  { kind: "sql", pattern: /\b(?:password|identified\s+by)\s{1,3}'([^'\n]+)'/gi },
  { kind: "command", pattern: /\bcurl\s[^\n]{0,300}?(?<=\s)(?:-u|--user|--proxy-user)[ =]?["']?[^\s:"']{1,80}:([^\s"']+)/g },
  { kind: "command", pattern: /\b(?:mysql|mysqldump|mysqladmin|mariadb)\s[^\n]{0,300}?(?<=\s)-p([^\s"']+)/g },
  { kind: "url", pattern: /\b[a-z][a-z0-9+.-]{1,20}:\/\/([^\s/@:"'<>]{0,200}:[^\s/"'<>]{0,400})@/gi },
  { kind: "aws", pattern: /\b(?:AKIA|ASIA|AGPA|AIDA|AROA|ANPA|ABIA|ACCA)[A-Z0-9]{12,}\b/g },
  { kind: "github", pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,})/g },
  { kind: "gitlab", pattern: /\bgl(?:pat|ptt|rt|dt|cbt|soat|agent)-[\w-]{16,}/g },
  { kind: "slack", pattern: /\bxox[a-z]-[\w-]{8,}|\bxapp-[\w-]{8,}/g },
  { kind: "slack", pattern: /hooks\.slack\.com\/(?:services|workflows|triggers)\/([\w/-]{8,})/g },
  { kind: "stripe", pattern: /\b(?:[sr]k|pk)_(?:live|test)_\w{8,}|\bwhsec_[\w+/=]{8,}/g },
  { kind: "openai", pattern: /\bsk-[\w-]{16,}/g },
  { kind: "google", pattern: /\bAIza[\w-]{30,}|\bya29\.[\w.-]{16,}|\bGOCSPX-[\w-]{16,}/g },
  { kind: "azure", pattern: /\b(?:AccountKey|SharedAccessKey|sig)=([A-Za-z0-9+/=%]{16,})/g },
  { kind: "sendgrid", pattern: /\bSG\.[\w-]{10,}\.[\w-]{10,}/g },
  { kind: "npm", pattern: /\bnpm_[A-Za-z0-9]{20,}|\bpypi-[\w-]{16,}/g },
  { kind: "huggingface", pattern: /\bhf_[A-Za-z0-9]{20,}/g },
  { kind: "vault", pattern: /\bhv[sbr]\.[\w-]{20,}/g },
  { kind: "digitalocean", pattern: /\bdo[por]_v1_[a-f0-9]{32,}/g },
  { kind: "telegram", pattern: /\b\d{8,10}:AA[\w-]{30,}/g },
  { kind: "twilio", pattern: /\b(?:SK|AC)[0-9a-f]{32}\b/g },
];

/** No credentials, and nobody's business outside: a model is not told them, those who read Slack mostly know them. */
export const people: readonly Shape[] = [
  { kind: "email", pattern: /\b[A-Za-z0-9][\w.+%-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,24}\b/g },
];
