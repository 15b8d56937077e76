/** What Slack checks in a message's blocks, with its own words for what is wrong (docs.slack.dev: Block Kit reference). */

export interface BlockComplaint {
  readonly error: "invalid_blocks" | "invalid_blocks_format" | "msg_blocks_too_long";
  readonly messages: readonly string[];
}

/** Counted in the field at 13,297 (github.com/slackapi/bolt-js/issues/2509); here over the blocks as JSON, the strictest way to count. */
const BLOCKS_JSON_MAX = 13_200;
const PLAIN_BLOCKS = new Set(["divider", "image", "rich_text", "markdown", "file", "video"]);

/** `undefined` when Slack would take them. */
export function complaintAbout(blocks: unknown): BlockComplaint | undefined {
  if (!Array.isArray(blocks)) return { error: "invalid_blocks_format", messages: [] };
  const wrong = [
    ...(blocks.length > 50 ? ["no more than 50 items allowed [json-pointer:/blocks]"] : []),
    ...blocks.flatMap((block: unknown, at) => wrongInBlock(block, `/blocks/${at}`)),
  ];
  if (wrong.length > 0) return { error: "invalid_blocks", messages: wrong.map((message) => `[ERROR] ${message}`) };
  return JSON.stringify(blocks).length > BLOCKS_JSON_MAX ? { error: "msg_blocks_too_long", messages: [] } : undefined;
}

function wrongInBlock(block: unknown, pointer: string): readonly string[] {
  if (!isRecord(block)) return [`must be an object [json-pointer:${pointer}]`];
  switch (block["type"]) {
    case "header":
      return wrongInText(block["text"], ["plain_text"], 150, `${pointer}/text`);
    case "section":
      return wrongInSection(block, pointer);
    case "context":
      return wrongInList(block["elements"], 10, `${pointer}/elements`, (element, at) =>
        isRecord(element) && element["type"] === "image" ? [] : wrongInText(element, ["plain_text", "mrkdwn"], 2000, at),
      );
    case "actions":
      return wrongInList(block["elements"], 25, `${pointer}/elements`, wrongInButton);
    default:
      return PLAIN_BLOCKS.has(String(block["type"])) ? [] : [`unsupported type: ${String(block["type"])} [json-pointer:${pointer}/type]`];
  }
}

function wrongInSection(block: Readonly<Record<string, unknown>>, pointer: string): readonly string[] {
  const { text, fields } = block;
  if (text === undefined && fields === undefined) return [`missing required field: text or fields [json-pointer:${pointer}]`];
  return [
    ...(text === undefined ? [] : wrongInText(text, ["plain_text", "mrkdwn"], 3000, `${pointer}/text`)),
    ...(fields === undefined
      ? []
      : wrongInList(fields, 10, `${pointer}/fields`, (field, at) => wrongInText(field, ["plain_text", "mrkdwn"], 2000, at))),
  ];
}

function wrongInButton(element: unknown, pointer: string): readonly string[] {
  if (!isRecord(element) || element["type"] !== "button") return [];
  const value = element["value"];
  return [
    ...wrongInText(element["text"], ["plain_text"], 75, `${pointer}/text`),
    ...(typeof value === "string" && value.length > 2000 ? [`must be less than 2001 characters [json-pointer:${pointer}/value]`] : []),
  ];
}

function wrongInList(
  list: unknown,
  countMax: number,
  pointer: string,
  wrongIn: (element: unknown, pointer: string) => readonly string[],
): readonly string[] {
  if (!Array.isArray(list) || list.length === 0) return [`no less than 1 items allowed [json-pointer:${pointer}]`];
  const tooMany = list.length > countMax ? [`no more than ${countMax} items allowed [json-pointer:${pointer}]`] : [];
  return [...tooMany, ...list.flatMap((element: unknown, at) => wrongIn(element, `${pointer}/${at}`))];
}

function wrongInText(value: unknown, types: readonly string[], lengthMax: number, pointer: string): readonly string[] {
  if (!isRecord(value) || typeof value["text"] !== "string") return [`missing required field: text [json-pointer:${pointer}]`];
  const { type, text, emoji, verbatim } = value;
  return [
    ...(types.includes(String(type)) ? [] : [`unsupported type: ${String(type)} [json-pointer:${pointer}/type]`]),
    ...(text.length === 0 ? [`must be more than 0 characters [json-pointer:${pointer}/text]`] : []),
    ...(text.length > lengthMax ? [`must be less than ${lengthMax + 1} characters [json-pointer:${pointer}/text]`] : []),
    ...(emoji !== undefined && type !== "plain_text" ? [`additional property "emoji" [json-pointer:${pointer}]`] : []),
    ...(verbatim !== undefined && type !== "mrkdwn" ? [`additional property "verbatim" [json-pointer:${pointer}]`] : []),
  ];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
