/** The port that tells people. It is given the whole story each time and says how to find the message again. */
import type { Result } from "../failure.ts";
import type { IncidentReport } from "./message.ts";

/** Where an incident's message is, as the adapter wants to be reminded of it; opaque to everyone else. */
export type MessageHandle = Readonly<Record<string, string>>;

export interface Notification {
  readonly report: IncidentReport;
  /** Lines of the story that have not been told yet, oldest first. */
  readonly news: readonly string[];
  /** What the adapter answered last time for this incident. */
  readonly handle?: MessageHandle | undefined;
}

export interface NotifierPort {
  readonly name: string;
  /** `unavailable` (with retryAfterMs when the other side said so): try later. `refused`: this text will never be taken. */
  notify(notification: Notification): Promise<Result<MessageHandle>>;
}
