import { blocksOf, type IBlock } from './percent';
import type { ILines } from './relocate';

/** Lines of context above and below. */
const AROUND = 1;

/** Lines (from 1) of a document as it was in a snapshot. */
export interface IPlace {
  path: string;
  code: string;
  startLine: number;
  endLine: number;
}

/** What a candidate would call a place: the lines of a file, or of the n-th cell of a notebook (all from 1). */
export interface IPlaceName {
  cell: number | null;
  start: number;
  end: number;
}

export function nameOf(place: IPlace): IPlaceName {
  const blocks = blocksOf(place.code);
  const found = linesInCell(blocks, place);
  if (found === null) {
    return { cell: null, start: place.startLine, end: place.endLine };
  }
  return { cell: blocks.indexOf(found.block) + 1, start: found.lines.start + 1, end: found.lines.end + 1 };
}

/** A line as a question counts it. `asked`: the question is about it, not only near it. */
export interface IExcerptLine {
  number: number;
  text: string;
  asked: boolean;
}

/** The code of a place as it was, with a little around it, without the indentation that all its lines share. */
export function excerptOf(place: IPlace): IExcerptLine[] {
  const block = blocksOf(place.code).findLast(({ at }) => at < place.startLine);
  const above = block ? block.at + 1 : 0; // lines of the document before the cell's or the file's first line
  const lines = block?.lines ?? place.code.split('\n');
  const [start, end] = [place.startLine - above, place.endLine - above];
  const near = trimmed(
    lines
      .map((text, i) => ({ number: i + 1, text, asked: i + 1 >= start && i + 1 <= end }))
      .filter(({ number }) => number >= start - AROUND && number <= end + AROUND)
  );
  const indent = Math.min(...near.filter(({ text }) => text.trim()).map(({ text }) => text.search(/\S/)));
  return near.map(line => ({ ...line, text: line.text.slice(Number.isFinite(indent) ? indent : 0) }));
}

/** Without the empty lines of context at both ends. */
function trimmed(lines: IExcerptLine[]): IExcerptLine[] {
  const telling = (line: IExcerptLine): boolean => line.asked || line.text.trim() !== '';
  return lines.slice(Math.max(0, lines.findIndex(telling)), lines.findLastIndex(telling) + 1);
}

/** The cell in which a place begins, and its lines there; what lies in the cells below is left out. */
export function linesInCell(blocks: IBlock[], place: IPlace): { block: IBlock; lines: ILines } | null {
  const block = blocks.findLast(({ at }) => at < place.startLine);
  if (!block) {
    return null;
  }
  const last = Math.max(0, block.lines.length - 1);
  const within = (line: number): number => Math.min(last, Math.max(0, line - 1 - block.at - 1));
  return { block, lines: { start: within(place.startLine), end: within(place.endLine) } };
}
