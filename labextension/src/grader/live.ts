import { Poll } from '@lumino/polling';

import { now } from '../connection/clock';

/** The longest pause (ms) between two looks at a server that does not answer. */
const LONGEST = 60_000;
/** Where nothing is new the pauses grow, up to so many times the shortest one. */
const QUIET = 4;
/** A look that takes long is worth a longer pause: so many times as long. */
const REST = 20;

/**
 * Looks at the server, at first every `every` ms. `look` says whether it found anything new: where all is quiet, where
 * looking takes long, and where the server does not answer (`look` throws) the pauses grow. Nothing is looked at while
 * `seen` says that nobody would see what came. It begins when it is started.
 */
export function looking(look: () => Promise<boolean>, every: number, seen: () => boolean): Poll {
  let pause = every;
  const factory = async (): Promise<void> => {
    const begun = now();
    pause = (await look()) ? every : Math.min(QUIET * every, 1.5 * pause);
    const interval = Math.min(LONGEST, Math.max(pause, REST * (now() - begun)));
    poll.frequency = { ...poll.frequency, interval };
  };
  const poll: Poll = new Poll({
    name: 'codeassess',
    auto: false,
    factory,
    frequency: { interval: every, backoff: true, max: LONGEST },
    standby: () => (seen() ? 'when-hidden' : true)
  });
  return poll;
}
