// What a person is told when the cluster cannot be built, booted or reached: one sentence, and where to read more.

export class ClusterFailure extends Error {
  readonly logPath: string | undefined;

  constructor(sentence: string, logPath?: string) {
    super(sentence);
    this.name = "ClusterFailure";
    this.logPath = logPath;
  }
}
