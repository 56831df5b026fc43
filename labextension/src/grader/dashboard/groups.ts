import type * as wire from '../../wire';
import type { IRow } from './rows';

/** The line above the sessions of one assessment, or above the open sessions. */
export interface IHeading {
  id: string;
  title: string;
  /** What there is to do; null while that is not known. */
  counts: wire.SessionGroupOut | null;
}

/** A line of the dashboard. */
export type Line = IRow | IHeading;

export function isHeading(line: Line | undefined): line is IHeading {
  return line !== undefined && 'counts' in line;
}

/** The rows, which the server has put together by assessment, with a heading above each assessment's. */
export function linesOf(rows: readonly IRow[], groups: readonly wire.SessionGroupOut[]): Line[] {
  const known = new Map(groups.map(group => [group.assessment_id ?? '', group]));
  return rows.flatMap((row, index) =>
    index > 0 && rows[index - 1].assessment === row.assessment ? [row] : [headingOf(row, known), row]
  );
}

/** The number of the heading of a line, -1 for none. */
export function headingAbove(lines: readonly Line[], index: number): number {
  let above = Math.min(index, lines.length - 1);
  while (above >= 0 && !isHeading(lines[above])) {
    above--;
  }
  return above;
}

function headingOf({ assessment, title }: IRow, known: ReadonlyMap<string, wire.SessionGroupOut>): IHeading {
  const counts = known.get(assessment) ?? null;
  return { id: `assessment-${assessment}`, title: counts?.title ?? title, counts };
}
