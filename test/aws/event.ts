/** Events as AWS sends them to a function. */
import { randomUUID } from "node:crypto";
import { account, region } from "./moto.ts";

/** Payload format 2.0 of a Function URL (Lambda Developer Guide, "Invoking Lambda function URLs"). */
export function urlEvent(method: string, path: string, secret: string | undefined, body?: unknown): unknown {
  const domainName = "abcdefghijklmnopqrstuvwxyz012345.lambda-url.eu-central-1.on.aws";
  const text = body === undefined ? undefined : JSON.stringify(body);
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: "",
    headers: {
      host: domainName,
      "content-type": "application/json",
      "user-agent": "Alertmanager/0.28.0",
      "x-amzn-trace-id": "Root=1-5e1b4151-5ac6c58f5b5daa3008",
      "x-forwarded-for": "203.0.113.7",
      "x-forwarded-proto": "https",
      ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }),
    },
    requestContext: {
      accountId: "anonymous",
      apiId: "abcdefghijklmnopqrstuvwxyz012345",
      domainName,
      domainPrefix: "abcdefghijklmnopqrstuvwxyz012345",
      http: { method, path, protocol: "HTTP/1.1", sourceIp: "203.0.113.7", userAgent: "Alertmanager/0.28.0" },
      requestId: randomUUID(),
      routeKey: "$default",
      stage: "$default",
      time: "05/Jan/2026:09:00:00 +0000",
      timeEpoch: 1_767_603_600_000,
    },
    // A body that is no text for sure comes in base64.
    ...(text === undefined ? {} : { body: Buffer.from(text).toString("base64") }),
    isBase64Encoded: text !== undefined,
  };
}

/** What EventBridge Scheduler sends when the schedule names no input. */
export function scheduleEvent(): unknown {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Scheduled Event",
    source: "aws.scheduler",
    account,
    time: "2026-01-05T09:00:00Z",
    region,
    resources: [`arn:aws:scheduler:${region}:${account}:schedule/default/stratus-Sweep`],
    detail: "{}",
  };
}
