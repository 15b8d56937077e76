/** Many journeys that mostly wait: some at once, each with a name for when it goes wrong. */

/** What went wrong with which, by its number; empty when all went well. */
export async function failuresOfEach(
  numbers: readonly number[],
  atOnceMax: number,
  work: (number: number) => Promise<void>,
): Promise<readonly string[]> {
  const waiting = [...numbers];
  const failures: string[] = [];
  async function take(): Promise<void> {
    for (let number = waiting.shift(); number !== undefined; number = waiting.shift()) {
      try {
        await work(number);
      } catch (error) {
        failures.push(`${number}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
  await Promise.all(Array.from({ length: atOnceMax }, take));
  return failures;
}

/** 1 to `last`. */
export function upTo(last: number): readonly number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}
