/** Asks a model from inside of workerd, through the parts of src/model and nothing else. Not deployed. */
import * as z from "zod";
import { systemClock } from "../../src/clock.ts";
import { memoryLedger } from "../../src/ledger/memory.ts";
import { createAsker } from "../../src/model/ask.ts";
import { openAiModel } from "../../src/model/openai.ts";

const most = { calls: 5, tokens: 100_000, microdollars: undefined };

export default {
  async fetch(_request: Request, { MODEL_URL, MODEL_KEY }: Readonly<Record<string, string>>): Promise<Response> {
    const asker = createAsker({
      model: openAiModel({ url: MODEL_URL ?? "", key: MODEL_KEY, timeoutMs: 1_000 }),
      ledger: memoryLedger(),
      clock: systemClock,
      budget: { perIncident: most, perDay: most },
      prices: {},
    });
    const answer = await asker.ask({
      incidentId: "i1",
      model: "small",
      messages: [{ role: "user", content: "Which colour?" }],
      name: "colour",
      schema: z.strictObject({ colour: z.string() }),
      outputTokensMax: 50,
      hold: () => Promise.resolve(true),
    });
    return Response.json(answer);
  },
};
