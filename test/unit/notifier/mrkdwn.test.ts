import { describe, expect, test } from "vitest";
import { escapeMrkdwn, fence, inlineCode, joinWithin, prose } from "../../../src/notifier/mrkdwn.ts";

describe("text from outside in mrkdwn", () => {
  test.each([
    ["<!channel> look", "&lt;!channel&gt; look"],
    ["<https://evil.test|click>", "&lt;https://evil.test|click&gt;"],
    ["a && b", "a &amp;&amp; b"],
    ["&lt;!here&gt;", "&amp;lt;!here&amp;gt;"],
    ["one\n*Outcome:* fine", "one *Outcome:* fine"],
    ["see `kubectl get pods`", "see `kubectl get pods`"],
    ["``` fence", "ˋˋˋ fence"],
    ["safe\u202Etxt.exe", "safe[U+202E]txt.exe"],
    ["zero\u200Bwidth", "zero[U+200B]width"],
    ["half \uD83D pair", "half \uFFFD pair"],
  ])("%j is told as %j", (text, told) => {
    expect(prose(text, 1000)).toBe(told);
  });

  test("a cut never leaves half an entity or half a character", () => {
    expect(prose("&&&&&&&&&&&&&&&&", 40)).toBe("&amp;&amp;&amp;&amp;… (+12 characters)");
    expect(prose("😀".repeat(30), 40)).toBe(`${"😀".repeat(11)}… (+38 characters)`);
  });

  test("inline code can't be left", () => {
    expect(inlineCode("a` *b* `c", 100)).toBe("`aˋ *b* ˋc`");
    expect(inlineCode("", 100)).toBe("` `");
  });

  test("only the three control characters are escaped", () => {
    expect(escapeMrkdwn(`"<&>'`)).toBe(`"&lt;&amp;&gt;'`);
  });
});

describe("a code fence", () => {
  test("holds whole lines and counts the rest", () => {
    expect(fence(["aaaa", "bbbb", "cccc"], 18)).toEqual({ text: "```\naaaa\nbbbb\n```", leftOut: 1 });
  });

  test("stops at the first line that does not fit, for order matters", () => {
    expect(fence(["aaaa", "b".repeat(50), "cccc"], 30)).toEqual({ text: "```\naaaa\n```", leftOut: 2 });
  });

  test("cannot be closed from inside", () => {
    expect(fence(["echo ```", "x\n```\ny", "a ` b `` c"], 200).text).toBe("```\necho ˋˋˋ\nx ˋˋˋ y\na ` b `` c\n```");
  });

  test("is nothing when nothing fits", () => {
    expect(fence(["aaaa"], 5)).toEqual({ text: "", leftOut: 1 });
    expect(fence([], 500)).toEqual({ text: "", leftOut: 0 });
  });
});

test("lines are joined while they fit, with a remark about the rest", () => {
  expect(joinWithin(["a", "b"], 100, "finding")).toBe("a\nb");
  expect(joinWithin(["a".repeat(30), "b".repeat(30), "c".repeat(30)], 91, "finding")).toBe(`${"a".repeat(30)}\n… 2 more findings left out`);
});
