/** dynalite in a process of its own, so that the receiver does not pay for the database. */
import { startDynalite } from "../support/dynalite.ts";
import { answerParent } from "./child.ts";

const dynalite = await startDynalite();
answerParent(async () => dynalite.connection);
