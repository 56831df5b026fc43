/** Lines from 0, both ends included. */
export interface ILines {
  start: number;
  end: number;
}

/**
 * Where lines of an earlier text are in the text of now: the same lines if they are still there, the nearest if
 * several times; else what stands between the unchanged beginning and the unchanged end.
 */
export function relocate(before: readonly string[], after: readonly string[], lines: ILines): ILines {
  const wanted = before.slice(lines.start, lines.end + 1);
  const found = occurrences(after, wanted);
  if (found.length > 0) {
    const shift = after.length - before.length;
    const nearness = (at: number): number => Math.min(Math.abs(at - lines.start), Math.abs(at - lines.start - shift));
    const start = found.reduce((best, at) => (nearness(at) < nearness(best) ? at : best));
    return { start, end: start + wanted.length - 1 };
  }
  return between(before, after, lines);
}

function occurrences(text: readonly string[], wanted: readonly string[]): number[] {
  const starts = [...text.keys()].slice(0, Math.max(0, text.length - wanted.length + 1));
  return wanted.length ? starts.filter(at => wanted.every((line, i) => text[at + i] === line)) : [];
}

function between(before: readonly string[], after: readonly string[], lines: ILines): ILines {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) {
    head++;
  }
  let tail = 0;
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) {
    tail++;
  }
  const shift = after.length - before.length;
  const start = lines.start < head ? lines.start : head;
  const end = lines.end >= before.length - tail ? lines.end + shift : after.length - tail - 1;
  const last = Math.max(0, after.length - 1);
  return { start: clamp(start, 0, last), end: clamp(Math.max(start, end), 0, last) };
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
