/** Calls a function once for each frame of the screen while it runs. */
export class Playback {
  get running(): boolean {
    return this._step !== null;
  }

  /** `step` gets the ms since the frame before. */
  start(step: (elapsed: number) => void): void {
    this._step = step;
    this._frame(performance.now());
  }

  stop(): void {
    this._step = null;
  }

  private _frame(before: number): void {
    requestAnimationFrame(now => {
      const step = this._step;
      if (step !== null) {
        step(Math.max(0, now - before)); // the first frame may have begun before the start
        this._frame(now);
      }
    });
  }

  private _step: ((elapsed: number) => void) | null = null;
}
