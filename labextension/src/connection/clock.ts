/**
 * Milliseconds since 1970, to measure how long something takes: within a page they do not depend on changes
 * of the computer's clock, and they can be compared with those of an earlier page.
 */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
