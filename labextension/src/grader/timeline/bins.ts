/** How often something happened in each of `count` equal parts of the time from `from` to `to`. */
export function bins(times: Iterable<number>, from: number, to: number, count: number): number[] {
  const found = new Array<number>(count).fill(0);
  const width = Math.max(1, to - from) / count;
  for (const time of times) {
    if (time >= from && time <= to) {
      found[Math.min(count - 1, Math.floor((time - from) / width))]++;
    }
  }
  return found;
}
