/** Runs work in parallel, at most so many at once; answers in the order of the work. */
export async function pooled<T>(atOnce: number, work: readonly (() => Promise<T>)[]): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < work.length; index = next++) {
      const task = work[index];
      if (task !== undefined) results[index] = await task();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
