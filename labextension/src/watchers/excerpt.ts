import { linesOf } from '../lines';
import { blocksOf, writtenIn, type IBlock } from './percent';
import type { ILines } from './relocate';

/** Lines of context above and below. */
const AROUND = 1;

/** Lines (from 1) of a document as it was in a snapshot. */
export interface IRegion {
  path: string;
  code: string;
  startLine: number;
  endLine: number;
}

/** A region in the numbers that a candidate sees: lines of a file, or of the n-th cell of a notebook (all from 1). */
export interface IRegionName {
  cell: number | null;
  start: number;
  end: number;
}

/** The cells of a notebook; a file has none, whatever its text. */
export function cellsOf({ path, code }: IRegion): IBlock[] {
  return path.endsWith('.ipynb') ? blocksOf(code) : [];
}

export function nameOf(region: IRegion): IRegionName {
  const blocks = cellsOf(region);
  const found = linesInCell(blocks, region);
  if (found === null) {
    return { cell: null, start: region.startLine, end: region.endLine };
  }
  return { cell: blocks.indexOf(found.block) + 1, start: found.lines.start + 1, end: found.lines.end + 1 };
}

/** A line as a question counts it. `asked`: the question is about it, not only near it. */
export interface IExcerptLine {
  number: number;
  text: string;
  asked: boolean;
}

/** The code of a region in its snapshot, with lines of context, without the common indentation. */
export function excerptOf(region: IRegion): IExcerptLine[] {
  const block = cellsOf(region).findLast(({ at }) => at < region.startLine);
  const above = block ? block.at + 1 : 0; // lines of the document before the cell's or the file's first line
  const lines = block ? writtenIn(block) : linesOf(region.code);
  const [start, end] = [region.startLine - above, region.endLine - above];
  const near = trimmed(
    lines
      .map((text, i) => ({ number: i + 1, text, asked: i + 1 >= start && i + 1 <= end }))
      .filter(({ number }) => number >= start - AROUND && number <= end + AROUND)
  );
  const indent = Math.min(...near.filter(({ text }) => text.trim()).map(({ text }) => text.search(/\S/)));
  return near.map(line => ({ ...line, text: line.text.slice(Number.isFinite(indent) ? indent : 0) }));
}

/** Remove empty lines of context at both ends. */
function trimmed(lines: IExcerptLine[]): IExcerptLine[] {
  const telling = (line: IExcerptLine): boolean => line.asked || line.text.trim() !== '';
  return lines.slice(Math.max(0, lines.findIndex(telling)), lines.findLastIndex(telling) + 1);
}

/** The cell in which a region begins, and its lines there; lines in later cells are left out. */
export function linesInCell(blocks: IBlock[], region: IRegion): { block: IBlock; lines: ILines } | null {
  const block = blocks.findLast(({ at }) => at < region.startLine);
  if (!block) {
    return null;
  }
  const last = Math.max(0, block.lines.length - 1);
  const within = (line: number): number => Math.min(last, Math.max(0, line - 1 - block.at - 1));
  return { block, lines: { start: within(region.startLine), end: within(region.endLine) } };
}
