/**
 * PURE. Who says what when in the flood, so that the sender and the one who counts afterwards agree. In each minute
 * every group fires its 200 alerts bit by bit, and each notification carries the whole group, as Alertmanager's do.
 */
import type { FloodAlert } from "./payload.ts";

export interface FloodPlan {
  readonly seconds: number;
  readonly alertsPerMinute: number;
  readonly groups: number;
  /** How often each delivery is sent, all at once: the peers of Alertmanager that do not hear each other. */
  readonly copies: number;
  readonly startsAtMs: number;
}

export interface Wave {
  readonly atMs: number;
  /** The whole group. */
  readonly alerts: readonly FloodAlert[];
}

const minuteMs = 60_000;
/** Alertmanager's `group_interval`, here 60 times as fast as its default. */
const notifyEveryMs = 5_000;
const subjectsPerGroup = 4;

/** In the order of their time; the groups are spread over the interval. */
export function* planWaves(plan: FloodPlan): Generator<Wave> {
  const perNotification = (plan.alertsPerMinute / plan.groups) * (notifyEveryMs / minuteMs);
  let number = 0;
  const firing = new Map<number, FloodAlert[]>();
  for (let wave = 0; wave * notifyEveryMs < plan.seconds * 1_000; wave += 1) {
    const waveMs = wave * notifyEveryMs;
    const minute = Math.floor(waveMs / minuteMs);
    const nth = wave % (minuteMs / notifyEveryMs);
    const fresh = Math.round(perNotification * (nth + 1)) - Math.round(perNotification * nth);
    for (let group = 0; group < plan.groups; group += 1) {
      // What fired in the last minute is over, unsaid; the next minute is about other Deployments.
      const alerts = nth === 0 ? [] : (firing.get(group) ?? []);
      for (let count = 0; count < fresh; count += 1) {
        const subject = minute * subjectsPerGroup + (count % subjectsPerGroup);
        alerts.push({ group, subject, number: (number += 1), startsAtMs: plan.startsAtMs + waveMs });
      }
      firing.set(group, alerts);
      yield { atMs: waveMs + (group * notifyEveryMs) / plan.groups, alerts: [...alerts] };
    }
  }
}

/** Every alert of the plan, once. */
export function alertsOf(plan: FloodPlan): readonly FloodAlert[] {
  const alerts = new Map<number, FloodAlert>();
  for (const wave of planWaves(plan)) for (const alert of wave.alerts) alerts.set(alert.number, alert);
  return [...alerts.values()];
}
