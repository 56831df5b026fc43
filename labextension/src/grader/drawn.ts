import { defaultRangeExtractor, type Range } from '@tanstack/react-virtual';

/**
 * Which rows of a long list are drawn: those in sight and, wherever the list was scrolled, the active row `at`
 * (negative: none), because `aria-activedescendant` must name an existing element.
 */
export function drawnWith(at: number): (range: Range) => number[] {
  return range => {
    const inSight = defaultRangeExtractor(range);
    return at < 0 || at >= range.count || inSight.includes(at) ? inSight : [...inSight, at].sort((a, b) => a - b);
  };
}
