/** PURE. Whether a pod may go where a taint keeps others out. Source: Taints and Tolerations, kubernetes.io. */

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

export interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
}

/** Without an effect it is for all of them, without a key for every taint. */
export function tolerated(taint: Taint, tolerations: readonly Toleration[]): boolean {
  return tolerations.some(
    (one) =>
      (one.effect ?? taint.effect) === taint.effect &&
      (one.key ?? taint.key) === taint.key &&
      (one.operator === "Exists" || (one.value ?? "") === (taint.value ?? "")),
  );
}
