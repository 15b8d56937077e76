// The cluster's keys: one authority, one certificate for each party, a kubeconfig for each client. openssl signs, because
// Node can make keys but not certificates.

import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { executeOrFail } from "./execute.ts";
import type { Layout } from "./layout.ts";
import { network, type Settings } from "./settings.ts";

const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "365"];

export async function createCertificates(settings: Settings, layout: Layout): Promise<void> {
  const folder = layout.pkiFolder;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // the machine's own openssl.cnf would add extensions of its own
  writeFileSync(join(folder, "openssl.cnf"), "[req]\ndistinguished_name = name\n[name]\n");
  await sign(folder, "ca", "/CN=stratus-ca", ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign"], false);
  writeServiceAccountKey(folder);
  const { address } = settings;
  const apiServerNames = ["IP:127.0.0.1", `IP:${address}`, `IP:${network.firstServiceAddress}`, "DNS:localhost", "DNS:kubernetes"];
  apiServerNames.push("DNS:kubernetes.default", "DNS:kubernetes.default.svc", "DNS:kubernetes.default.svc.cluster.local");
  const parties = [
    { name: "apiserver", subject: "/CN=kube-apiserver", alternatives: apiServerNames },
    { name: "admin", subject: "/O=system:masters/CN=admin", alternatives: ["DNS:admin"] },
    { name: "front", subject: "/CN=front-proxy-client", alternatives: ["DNS:front"] },
  ];
  for (let node = 1; node <= settings.nodes; node += 1) {
    const name = `node-${node}`;
    parties.push({ name, subject: `/O=system:nodes/CN=system:node:${name}`, alternatives: [`DNS:${name}`, `IP:${address}`] });
  }
  await Promise.all(
    parties.map(async ({ name, subject, alternatives }) => {
      const extensions = [`subjectAltName=${alternatives.join(",")}`, "extendedKeyUsage=serverAuth,clientAuth"];
      await sign(folder, name, subject, extensions, true);
      writeKubeconfig(folder, name, `https://${address}:${settings.ports.apiServer}`);
    }),
  );
}

async function sign(folder: string, name: string, subject: string, extensions: readonly string[], byAuthority: boolean): Promise<void> {
  const authority = byAuthority ? ["-CA", join(folder, "ca.crt"), "-CAkey", join(folder, "ca.key")] : [];
  const files = ["-keyout", join(folder, `${name}.key`), "-out", join(folder, `${name}.crt`), "-config", join(folder, "openssl.cnf")];
  const added = extensions.flatMap((extension) => ["-addext", extension]);
  await executeOrFail("openssl", ["req", "-x509", ...newKey, ...authority, ...files, "-subj", subject, ...added]);
}

function writeServiceAccountKey(folder: string): void {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  writeFileSync(join(folder, "sa.key"), privateKey.export({ type: "sec1", format: "pem" }), { mode: 0o600 });
  writeFileSync(join(folder, "sa.pub"), publicKey.export({ type: "spki", format: "pem" }));
}

/** JSON is YAML too, and a kubeconfig that carries its keys can be copied anywhere. */
function writeKubeconfig(folder: string, name: string, server: string): void {
  const base64 = (file: string): string => readFileSync(join(folder, file)).toString("base64");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "stratus", cluster: { server, "certificate-authority-data": base64("ca.crt") } }],
    users: [{ name, user: { "client-certificate-data": base64(`${name}.crt`), "client-key-data": base64(`${name}.key`) } }],
    contexts: [{ name: "stratus", context: { cluster: "stratus", user: name } }],
    "current-context": "stratus",
  };
  writeFileSync(join(folder, `${name}.conf`), JSON.stringify(config, null, 2), { mode: 0o600 });
}
