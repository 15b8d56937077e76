import { expect, test } from "vitest";
import { complaintAbout } from "../../support/slack-block-rules.ts";

const section = (length: number) => ({ type: "section", text: { type: "mrkdwn", text: "x".repeat(length) } });
const header = (length: number) => ({ type: "header", text: { type: "plain_text", text: "x".repeat(length) } });

test.each<[string, unknown, string | undefined]>([
  ["a good message", [header(150), section(3000), { type: "divider" }], undefined],
  ["a section over 3000", [section(3001)], "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"],
  ["a header over 150", [section(1), header(151)], "[ERROR] must be less than 151 characters [json-pointer:/blocks/1/text/text]"],
  ["an empty text", [section(0)], "[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]"],
  ["an unknown type", [{ type: "sectoin" }], "[ERROR] unsupported type: sectoin [json-pointer:/blocks/0/type]"],
  ["51 blocks", Array.from({ length: 51 }, () => section(1)), "[ERROR] no more than 50 items allowed [json-pointer:/blocks]"],
  [
    "mrkdwn in a header",
    [{ type: "header", text: { type: "mrkdwn", text: "x" } }],
    "[ERROR] unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
  ],
  ["an empty context", [{ type: "context", elements: [] }], "[ERROR] no less than 1 items allowed [json-pointer:/blocks/0/elements]"],
])("the stand-in for Slack judges %s as Slack does", (_name, blocks, message) => {
  expect(complaintAbout(blocks)?.messages[0]).toBe(message);
});

test("too much in all is refused without a word on how much", () => {
  expect(complaintAbout(Array.from({ length: 5 }, () => section(3000)))).toEqual({ error: "msg_blocks_too_long", messages: [] });
});
