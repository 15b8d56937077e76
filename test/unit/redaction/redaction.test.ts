import { describe, expect, test } from "vitest";
import type { Json } from "../../../src/kubernetes/json.ts";
import { createRedactor, holdsMarker } from "../../../src/redaction/redaction.ts";
import { people } from "../../../src/redaction/shapes.ts";
import { isTelling } from "../../../src/redaction/telling-name.ts";

const { text, json } = createRedactor("key of an incident");

describe("what a diagnosis needs survives as it is", () => {
  test.each([
    "registry.example/shop:1.4.2",
    "ghcr.io/acme/checkout-service@sha256:9b2c2c4a0d7a6f0f3b1f5d3f6f8f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b",
    "registry.example:5000/team/app:3f2a9c81d7e6b5a4c3d2e1f00112233445566778",
    "registry.example/team/app:main-3f2a9c81d7e6",
    "containerd://4c01db0b339c9f1c2f5f5a1d0f4e3c2b1a09f8e7d6c5b4a3928170615f4e3d2c",
    "payment-7d9c6b5f4-x2x9z",
    "payment-worker-blue-7d9c6b5f48-x2x9z is not ready",
    "checkout-nightly-cleanup-29384720-k9f2p",
    "a1b2c3d4-e5f6-4a7b-8c9d-0e1f2a3b4c5d",
    "ip-10-0-1-23.eu-west-1.compute.internal",
    "gke-prod-default-pool-a1b2c3d4-x9z8",
    "http://payment.shop.svc.cluster.local:8080/readyz?verbose=true",
    "cpu: 1500m, memory: 512Mi, ephemeral-storage: 10Gi",
    "2026-01-05T09:00:00.123456789Z",
    "ports: 80 -> targetPort 9999 (containerPort 8080)",
    "0/3 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }, 2 Insufficient cpu. preemption: 0/3 nodes are available.",
    'Failed to pull image "registry.example/shop:9.9.9": rpc error: code = NotFound desc = failed to pull and unpack image "registry.example/shop:9.9.9"',
    "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed",
    'MountVolume.SetUp failed for volume "tls" : secret "payment-tls" not found',
    'Error: secret "db-credentials" not found',
    "couldn't find key password in Secret shop/db-credentials",
    "references non-existent secret key: password",
    'Readiness probe failed: Get "http://10.244.1.7:8080/readyz": dial tcp 10.244.1.7:8080: connect: connection refused',
    "Back-off restarting failed container app in pod payment-7d9c6b5f4-x2x9z_shop(a1b2c3d4-e5f6-4a7b-8c9d-0e1f2a3b4c5d)",
    'pods "payment-7d9c6b5f4-x2x9z" is forbidden: exceeded quota: compute, requested: limits.cpu=2, used: limits.cpu=4, limited: limits.cpu=4',
    "Deployment does not have minimum availability: ProgressDeadlineExceeded",
    "CreateContainerConfigError InvalidImageName RunContainerError",
    'sum(rate(http_requests_total{namespace="shop",code=~"5.."}[5m])) by (service)',
    "/var/run/secrets/kubernetes.io/serviceaccount",
    "system:serviceaccount:shop:payment-service-account cannot get resource",
    "lookup paymnt.shop.svc.cluster.local on 10.96.0.10:53: no such host",
    "JAVA_TOOL_OPTIONS=-XX:MaxRAMPercentage=75.0 -Djava.security.egd=file:/dev/./urandom",
    "uses Basic authentication and bearer credentials",
    "contact oncall@shop.example at 192.0.2.7",
    "kubectl rollout undo deployment/frontend --to-revision=3 -n shop",
    "OOMKilled (exit code 137), 1234567890123 bytes",
    "java.sql.SQLException: Access denied for user 'app'@'10.0.0.1' (using password: YES)",
    'FATAL: password authentication failed for user "app"',
    "I0105 09:00:00.123456       1 reflector.go:561] failed to list *v1.Pod: Unauthorized",
    "goroutine 1 [running]: main.(*Server).serve(0xc0001a2000, {0x7f3a1c, 0x10})",
    "\tat com.acme.shop.PaymentGatewayConfigurationFactoryBean.afterPropertiesSet(PaymentGatewayConfigurationFactoryBean.java:142)",
    '10.244.1.7 - - [05/Jan/2026:09:00:00 +0000] "GET /api/cart/9b2c2c4a-0d7a-6f0f-3b1f-5d3f6f8f1a2b HTTP/1.1" 500 312',
    'ERROR: key "greeting" is unknown: hola',
    "WARN token expired",
  ])("%s", async (plain) => {
    expect(await text(plain)).toBe(plain);
  });

  test("an object, with the names of what holds secrets", async () => {
    const pod: Json = {
      kind: "Pod",
      metadata: { name: "payment-7d9c6b5f4-x2x9z", namespace: "shop", uid: "a1b2c3d4-e5f6-4a7b-8c9d-0e1f2a3b4c5d" },
      spec: {
        automountServiceAccountToken: false,
        imagePullSecrets: [{ name: "registry-credentials" }],
        containers: [
          {
            name: "app",
            image: "registry.example/shop:1.4.2",
            args: ["--port", "8080", "--tls"],
            env: [
              { name: "LOG_LEVEL", value: "debug" },
              { name: "CATALOG_URL", value: "http://catalog:8080" },
              { name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: "db-credentials", key: "password" } } },
            ],
            resources: { requests: { cpu: "100m", memory: "64Mi" } },
          },
        ],
        volumes: [
          { name: "tls", secret: { secretName: "payment-tls" } },
          { name: "token", projected: { sources: [{ serviceAccountToken: { expirationSeconds: 3607, path: "token" } }] } },
        ],
      },
    };
    expect(await json(pod)).toEqual(pod);
  });
});

describe("what is taken out", () => {
  test.each([
    ["Authorization: Bearer abcdefghij", "abcdefghij"],
    ['curl -H "authorization: Basic dXNlcjpwYXNz" http://x', "dXNlcjpwYXNz"],
    ["aws id AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"],
    ["AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"],
    ["found wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY in a log", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"],
    ["push with ghp_16C7e42F292c6912E7710c838347Ae178B4a", "ghp_16C7e42F292c6912E7710c838347Ae178B4a"],
    ["xoxb-2444-3333-abcdEFGH", "xoxb-2444-3333-abcdEFGH"],
    ["https://hooks.slack.com/services/T000/B000/XXXXXXXX", "T000/B000/XXXXXXXX"],
    ["sk_live_4eC39HqLyjWDarjtT1zdp7dc", "sk_live_4eC39HqLyjWDarjtT1zdp7dc"],
    ["sk-proj-abcdefghijklmnop", "sk-proj-abcdefghijklmnop"],
    ["AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY", "AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY"],
    ["postgres://app:s3cr3t@db.shop:5432/orders", "s3cr3t"],
    ["redis://:p@ss:w0rd@cache:6379", "p@ss:w0rd"],
    ["-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nabc\n-----END RSA PRIVATE KEY-----", "MIIEow"],
    ["cookie eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcDEF123", "eyJzdWIiOiIxIn0"],
    ["login failed for app with password=hunter2", "hunter2"],
    ['{"user":"app","password":"correct horse"}', "correct horse"],
    ['{\\"apiKey\\":\\"hunter2\\"}', "hunter2"],
    ["started with --db-password hunter2 --port 80", "hunter2"],
    ["kubectl create secret generic x --from-literal=password=hunter2", "hunter2"],
    ["?token=hunter2&next=1", "hunter2"],
    ["- name: DB_PASSWORD\n  value: hunter2", "hunter2"],
    ['{"name":"DB_PASSWORD","value":"hunter2"}', "hunter2"],
    ["key 5f4dcc3b5aa765d61d8327deb882cf99", "5f4dcc3b5aa765d61d8327deb882cf99"],
    ["key a8f3-99dk-2kd8-77ab-kk29-0a8f", "a8f3-99dk-2kd8-77ab-kk29-0a8f"],
    ["2026-01-05T09:00:00.123Z ERROR login failed password=hunter2", "hunter2"],
    ['{"level":"error","msg":"login","password":"correct hor', "correct hor"],
    ['{"password":"cor\\"rect horse"}', "rect"],
    ['level=error msg="connect failed" dsn="postgres://app:s3cr3t@db/x"', "s3cr3t"],
    ['{:user=>"app", :password=>"hunter2"}', "hunter2"],
    ["array('password' => 'hunter2')", "hunter2"],
    ["{'user': 'app', 'password': 'hunter2'}", "hunter2"],
    ["{User:app Password:hunter2 Host:db}", "hunter2"],
    ["> Cookie: theme=dark; sid=deadbeef", "deadbeef"],
    ["< set-cookie: theme=dark; sid=deadbeef", "deadbeef"],
    ['Authorization: Digest username="app", response="6629fae4"', "6629fae4"],
    ["STATEMENT: ALTER USER app WITH PASSWORD 'hunter2'", "hunter2"],
    ["CREATE USER app IDENTIFIED BY 'hunter2'", "hunter2"],
    ["+ curl -s -u app:hunter2 http://catalog", "hunter2"],
    ["+ mysql -h db -phunter2", "hunter2"],
    ["jdbc:mysql://db:3306/shop?user=app&password=hunter2&useSSL=false", "hunter2"],
    ["app | -----BEGIN PRIVATE KEY-----\napp | MIIEow\napp | abc\napp | -----END PRIVATE KEY-----", "MIIEow"],
    ["app | MIIEow\napp | abc==\napp | -----END RSA PRIVATE KEY-----\napp | listening", "abc=="],
  ])("%s", async (plain, secret) => {
    const shown = await text(plain);
    expect(shown).not.toContain(secret);
    expect(holdsMarker(shown)).toBe(true);
    expect(await text(shown)).toBe(shown);
  });

  test("a log that begins in the middle of a key is shown from its end on", async () => {
    const shown = await text("MIIEow\nabc==\n-----END RSA PRIVATE KEY-----\nlistening on 8080");
    expect(shown).toMatch(/^<redacted:pem:[0-9a-f]{8}>\nlistening on 8080$/);
  });

  test("values under telling names, arguments, and all of a Secret", async () => {
    const shown = JSON.stringify(
      await json({
        env: [{ name: "STRIPE_API_KEY", value: "hunter1" }],
        args: ["--token", "hunter2", "--port", "80"],
        data: { "db.password": "hunter3", greeting: "hello", "app.properties": "user=app\nspring.datasource.password=hunter4\n" },
        metadata: {
          managedFields: [{ manager: "hunter5" }],
          annotations: { "kubectl.kubernetes.io/last-applied-configuration": "hunter6" },
        },
        secret: { kind: "Secret", data: { a: "hunter7" }, stringData: { b: "hunter8" } },
        headers: [{ name: "X-Api-Key", value: "hunter9" }],
        pin: { password: 1234567 },
      }),
    );
    expect(shown).not.toMatch(/hunter\d|1234567/);
    expect(shown).toContain('"greeting":"hello"');
    expect(shown).toContain("user=app");
    expect(shown).toContain('"--port","80"');
  });
});

describe("a marker", () => {
  const secret = "password=hunter2";
  test("is the same for the same secret in one incident, whoever makes it", async () => {
    expect(await text(secret)).toBe(await createRedactor("key of an incident").text(secret));
    expect((await text(`${secret} ${secret}`)).match(/<redacted:value:[0-9a-f]{8}>/g)).toHaveLength(2);
    expect(new Set((await text(`${secret} ${secret}`)).match(/<redacted:value:[0-9a-f]{8}>/g)).size).toBe(1);
  });
  test("differs for another secret, and in another incident", async () => {
    expect(await text(secret)).not.toBe(await text("password=hunter3"));
    expect(await text(secret)).not.toBe(await createRedactor("key of another incident").text(secret));
  });
});

test.each([
  ["DB_PASSWORD", true],
  ["dbPassword2", true],
  ["x-api-key", true],
  ["clientSecret", true],
  ["GITHUB_TOKEN", true],
  ["PASSWORD_HASH", true],
  ["secretName", false],
  ["tokenExpirationSeconds", false],
  ["PASSWORD_FILE", false],
  ["TOKEN_URL", false],
  ["primary_key", false],
  ["imagePullSecrets", false],
  ["monkey", false],
])("%s tells of a secret: %s", (name, tells) => {
  expect(isTelling(name)).toBe(tells);
});

test("a text that is made to take long does not: 64 KiB of it in less than two seconds", async () => {
  const pieces = [
    "a",
    "a:",
    "a=",
    "x://a:",
    "--a ",
    'name": "a" ',
    "-----BEGIN RSA PRIVATE KEY-----",
    "ey",
    "Bearer ",
    "conn",
    "password",
    "A1-",
    "a1b2c3d4-",
    "\\",
    "\n",
    '"',
    "cookie: ",
    "cookie: a",
    "curl -u ",
    "mysql -",
    "identified  by ",
    "authorization: digest ",
    'password="a\\',
    "-----END ",
  ];
  for (const piece of pieces) {
    const long = piece.repeat(65_536 / piece.length);
    const startedMs = performance.now();
    await text(long);
    expect({ piece, isQuick: performance.now() - startedMs < 2_000 }).toEqual({ piece, isQuick: true });
  }
});

test("a password and a host that look like an address lose the password alone", async () => {
  const told = await createRedactor("key of an incident", people).text("dial postgres://app:hunter2@db.shop:5432/orders");
  expect(told).toMatch(/^dial postgres:\/\/<redacted:url:[0-9a-f]{8}>@db\.shop:5432\/orders$/);
});

test("a model is told no email address, and what only looks like one stays", async () => {
  const told = await createRedactor("key of an incident", people).text(
    "page oncall@shop.example, or jo.doe+k8s@mail.example.org; ghcr.io/acme/app@sha256:9b2c2c4a0d7a6f0f",
  );
  expect(told).toMatch(/^page <redacted:email:[0-9a-f]{8}>, or <redacted:email:[0-9a-f]{8}>; ghcr\.io\/acme\/app@sha256:9b2c2c4a0d7a6f0f$/);
});
