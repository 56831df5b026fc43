/** Lines from 0, both ends included. */
export interface ILines {
  start: number;
  end: number;
}

/**
 * Find lines of an earlier text in the present one: the same lines if they are still there, the nearest ones if they
 * are there more than once; else the lines between the unchanged beginning and the unchanged end.
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
  let prefix = 0;
  while (prefix < shorter && before[prefix] === after[prefix]) {
    prefix++;
  }
  let suffix = 0;
  while (suffix < shorter - prefix && before[before.length - 1 - suffix] === after[after.length - 1 - suffix]) {
    suffix++;
  }
  const shift = after.length - before.length;
  const start = Math.min(lines.start, prefix);
  const end = lines.end >= before.length - suffix ? lines.end + shift : after.length - suffix - 1;
  const last = Math.max(0, after.length - 1);
  return { start: clamp(start, 0, last), end: clamp(Math.max(start, end), 0, last) };
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
