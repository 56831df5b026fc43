const FIRST = 500;
const LONGEST = 30_000;

/** How long to wait before each new attempt: doubling, in milliseconds, with half of it random so that not all
 * clients connect at once to a restarted server. */
export class Backoff {
  constructor(private readonly _random: () => number = Math.random) {}

  next(): number {
    const ceiling = Math.min(LONGEST, FIRST * 2 ** this._attempts);
    this._attempts += 1;
    return ceiling / 2 + (ceiling / 2) * this._random();
  }

  reset(): void {
    this._attempts = 0;
  }

  private _attempts = 0;
}
