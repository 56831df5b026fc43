/**
 * A notebook as one text: the percent format that Jupytext and many editors know, with the id of each cell in its
 * marker. Lines stay lines, so that a place in the text is a place in a cell:
 *
 *     # %% id="3f1c"
 *     x = 1
 *
 *     # %% [markdown] id="77ab"
 *     # # A heading
 *
 * What is no code of the notebook's language (Markdown, raw cells, magics and shell lines) is commented out, so that
 * the text as a whole can be parsed.
 */
export interface ICellText {
  id: string;
  type: string;
  source: string;
}

const SLASHES = new Set([
  'c', 'c++', 'cpp', 'csharp', 'c#', 'go', 'java', 'javascript', 'kotlin', 'rust', 'scala', 'swift', 'typescript'
]);
const MARKER = /^(?:#|\/\/) %%(?: \[(\w+)\])? id="([^"]*)"$/;
const MAGIC = /^\s*(?:%[A-Za-z]|%%|![\w.~/$])/;
const MAGIC_SOMEWHERE = /^\s*[%!]/m;
const CELL_MAGIC = /^\s*%%[A-Za-z!]/;

export function toPercent(cells: readonly ICellText[], language: string): string {
  return joined(cells.map(cell => blockOf(cell, language)));
}

/** The part of a percent text that one cell is. */
export function blockOf(cell: ICellText, language: string): string {
  const comment = SLASHES.has(language.toLowerCase()) ? '//' : '#';
  return `${marker(cell, comment)}\n${body(cell, comment)}\n`;
}

/** The percent text that these parts are. */
export function joined(blocks: readonly string[]): string {
  return blocks.join('\n');
}

/** A cell as it stands in a percent text. */
export interface IBlock {
  id: string;
  type: string;
  /** The line of its marker, from 0. */
  at: number;
  lines: string[];
}

/** The cells of a percent text; none when it is not one. */
export function blocksOf(text: string): IBlock[] {
  const blocks: IBlock[] = [];
  text.split('\n').forEach((line, at) => {
    const found = MARKER.exec(line);
    if (found) {
      blocks.at(-1)?.lines.pop(); // the empty line between two cells
      blocks.push({ id: found[2], type: found[1] ?? 'code', at, lines: [] });
    } else {
      blocks.at(-1)?.lines.push(line);
    }
  });
  blocks.at(-1)?.lines.pop(); // the end of the last line
  return blocks;
}

/** The cells that a percent text was made of. A comment that looks like a magic becomes one, as in Jupytext. */
export function fromPercent(text: string): ICellText[] {
  return blocksOf(text).map(({ id, type, lines }) => {
    const foreign = type !== 'code' || CELL_MAGIC.test(uncommented(lines[0] ?? ''));
    const source = lines.map(line => (foreign || isCommentedMagic(line) ? uncommented(line) : line)).join('\n');
    return { id, type, source };
  });
}

function isCommentedMagic(line: string): boolean {
  return /^(?:#|\/\/) /.test(line) && MAGIC.test(uncommented(line));
}

function marker(cell: ICellText, comment: string): string {
  const kind = cell.type === 'code' ? '' : ` [${cell.type}]`;
  return `${comment} %%${kind} id="${cell.id}"`;
}

function body(cell: ICellText, comment: string): string {
  const foreign = cell.type !== 'code' || CELL_MAGIC.test(cell.source);
  if (!foreign && !MAGIC_SOMEWHERE.test(cell.source)) {
    return cell.source;
  }
  const lines = cell.source.split('\n');
  return lines.map(line => (foreign || MAGIC.test(line) ? commented(line, comment) : line)).join('\n');
}

function commented(line: string, comment: string): string {
  return line === '' ? comment : `${comment} ${line}`;
}

function uncommented(line: string): string {
  return line.replace(/^(?:#|\/\/) ?/, '');
}
