/** The notifier when no Slack is configured: the story goes to the log, one safe line at a time. It keeps nothing. */
import { success, unavailable } from "../failure.ts";
import type { NotifierPort } from "./notifier.ts";
import { plainLines } from "./plain-text.ts";
import { told, untold } from "./untold.ts";
import { headline, oneLine } from "./wording.ts";

/** Writes the headline at each moment that matters, every line of news, and the whole story once at the outcome. */
export function logNotifier(write: (line: string) => void): NotifierPort {
  return {
    name: "log",
    async notify({ report, news, handle }) {
      const moment = untold(report, handle);
      const story = moment === undefined ? [] : moment.moment === "over" ? plainLines(report) : [headline(report, 300)];
      try {
        for (const line of [...news.map(oneLine), ...story]) write(`incident ${oneLine(report.incidentId)}: ${line}`);
      } catch {
        return unavailable("The log could not be written.", "unknown");
      }
      return success(told(report, handle));
    },
  };
}
