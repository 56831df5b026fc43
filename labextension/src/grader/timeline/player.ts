import { countUpTo } from './history';

export const SPEEDS: readonly number[] = [1, 2, 5, 10, 30, 60];

/** A pause (ms) longer than this is skipped, up to `LEAD` before what follows, seen at the speed of playing. */
const IDLE = 5_000;
const LEAD = 500;

export interface IPace {
  speed: number;
  skipIdle: boolean;
}

/** Where playing is after `elapsed` ms of the grader's time. `moments`: when something happens, in order. */
export function advance(position: number, elapsed: number, pace: IPace, moments: readonly number[]): number {
  const next = position + elapsed * pace.speed;
  const following = moments[countUpTo(moments, moment => moment, position)];
  const lead = LEAD * pace.speed;
  if (pace.skipIdle && following !== undefined && following - next > Math.max(IDLE, lead)) {
    return following - lead;
  }
  return next;
}
