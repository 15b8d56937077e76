/**
 * PURE. What names, labels, ports and addresses may look like: each question answers the rules that are broken, in the
 * server's own words. Source: apimachinery `util/validation`.
 */

function regexRule(rule: string, pattern: string, ...examples: readonly string[]): string {
  return `${rule} (e.g. ${examples.map((one) => `'${one}', `).join(" or ")}regex used for validation is '${pattern}')`;
}

function named(text: string, pattern: string, lengthMax: number, rule: string): readonly string[] {
  return [
    ...(text.length > lengthMax ? [`must be no more than ${lengthMax} characters`] : []),
    ...(new RegExp(`^(${pattern})$`).test(text) ? [] : [rule]),
  ];
}

const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const subdomain = String.raw`${label}(\.${label})*`;
const label1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";
const qualified = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const value = `(${qualified})?`;

const labelRule = regexRule(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  label,
  "my-name",
  "123-abc",
);
const subdomainRule = regexRule(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  subdomain,
  "example.com",
);
const label1035Rule = regexRule(
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  label1035,
  "my-name",
  "abc-123",
);
const valueRule = regexRule(
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  value,
  "MyValue",
  "my_value",
  "12345",
);
const qualifiedRule = regexRule(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  qualified,
  "MyName",
  "my.name",
  "123-abc",
);

export function labelFaults(text: string): readonly string[] {
  return named(text, label, 63, labelRule);
}

export function label1035Faults(text: string): readonly string[] {
  return named(text, label1035, 63, label1035Rule);
}

export function subdomainFaults(text: string): readonly string[] {
  return named(text, subdomain, 253, subdomainRule);
}

export function labelValueFaults(text: string): readonly string[] {
  return named(text, value, 63, valueRule);
}

/** Of a label's, an annotation's or a taint's key. */
export function qualifiedNameFaults(text: string): readonly string[] {
  const parts = text.split("/");
  if (parts.length > 2)
    return [`a qualified name ${qualifiedRule} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  const name = parts.at(-1) ?? "";
  const prefix = parts.length === 2 ? (parts[0] ?? "") : undefined;
  const ofPrefix = prefix === "" ? ["must be non-empty"] : prefix === undefined ? [] : subdomainFaults(prefix);
  return [
    ...ofPrefix.map((rule) => `prefix part ${rule}`),
    ...(name === "" ? ["name part must be non-empty"] : []),
    ...named(name, qualified, 63, qualifiedRule).map((rule) => `name part ${rule}`),
  ];
}

export const portRule = "must be between 1 and 65535, inclusive";

export function portFaults(port: number): readonly string[] {
  return Number.isInteger(port) && port >= 1 && port <= 65_535 ? [] : [portRule];
}

/** IANA service names (RFC 6335). */
export function portNameFaults(text: string): readonly string[] {
  return [
    ...(text.length > 15 ? ["must be no more than 15 characters"] : []),
    ...(/^[-a-z0-9]+$/.test(text) ? [] : ["must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"]),
    ...(/[a-z]/.test(text) ? [] : ["must contain at least one letter (a-z)"]),
    ...(text.includes("--") ? ["must not contain consecutive hyphens"] : []),
    ...(/^-|-$/.test(text) ? ["must not begin or end with a hyphen"] : []),
  ];
}

export function percentFaults(text: string): readonly string[] {
  const rule = "a valid percent string must be a numeric string followed by an ending '%'";
  return /^\d+%$/.test(text) ? [] : [regexRule(rule, "[0-9]+%", "1%", "93%")];
}

export function configKeyFaults(text: string): readonly string[] {
  const rule = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
  const pattern = "[-._a-zA-Z0-9]+";
  const dots = text === "." || text === ".." ? [`must not be '${text}'`] : text.startsWith("..") ? ["must not start with '..'"] : [];
  return [...named(text, pattern, 253, regexRule(rule, pattern, "key.name", "KEY_NAME", "key-name")), ...dots];
}

export function variableFaults(text: string): readonly string[] {
  return /^[ -<>-~]+$/.test(text)
    ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

export function addressFaults(text: string): readonly string[] {
  return isAddress(text) ? [] : ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"];
}

export function isAddress(text: string): boolean {
  return /^(\d{1,3})(\.\d{1,3}){3}$/.test(text)
    ? text.split(".").every((part) => Number(part) <= 255)
    : /^[0-9a-f:]*:[0-9a-f:]*$/i.test(text);
}

export function networkFaults(text: string): readonly string[] {
  const [address = "", bits = ""] = text.split("/");
  const most = address.includes(":") ? 128 : 32;
  return isAddress(address) && /^\d{1,3}$/.test(bits) && Number(bits) <= most
    ? []
    : ["must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"];
}

/** Of IPv4 networks: whether the inner one is a smaller part of the outer one. */
export function isWithin(inner: string, outer: string): boolean {
  const [address = "", bits = ""] = outer.split("/");
  const [innerAddress = "", innerBits = ""] = inner.split("/");
  const size = 2 ** (32 - Number(bits));
  return Number(innerBits) > Number(bits) && Math.floor(numberIn(address) / size) === Math.floor(numberIn(innerAddress) / size);
}

function numberIn(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}
