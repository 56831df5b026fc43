/**
 * A notebook as one text: the percent format that Jupytext and many editors know, with the id of each cell in its
 * marker. Lines stay lines, so that a line of the text is a line of a cell:
 *
 *     # %% id="3f1c"
 *     x = 1
 *
 *     # %% [markdown] id="77ab"
 *     # # A heading
 *
 * Text that is not code of the notebook's language (Markdown, raw cells, magics and shell lines) is commented out, so
 * that the whole text can be parsed. Text of a candidate that looks like a marker or like a magic that was commented out
 * gets a backslash (`# \%% id="x"`), so that the cells can be made from the text exactly.
 */
export interface ICellText {
  id: string;
  type: string;
  source: string;
}

const SLASHES = new Set([
  'c',
  'c++',
  'cpp',
  'csharp',
  'c#',
  'go',
  'java',
  'javascript',
  'kotlin',
  'rust',
  'scala',
  'swift',
  'typescript'
]);
const MARKER = /^(?:#|\/\/) %%(?: \[(\w+)\])? id="([^"]*)"$/;
/** How a magic or a shell line begins. */
const MAGIC = '(?:%[A-Za-z]|%%|![A-Za-z0-9_.~/$])';
const IS_MAGIC = new RegExp(`^\\s*${MAGIC}`);
const CELL_MAGIC = /^\s*%%[A-Za-z!]/;
/** A comment that looks like one of ours; the second group is its backslashes. */
const LIKE_OURS = new RegExp(`^((?:#|//)\\s*)(\\\\*)(?=${MAGIC})`);
const ANYTHING_SPECIAL = /^\s*(?:[%!]|(?:#|\/\/)[\s\\]*[%!])/m;
const LINE_ENDS = /(\r\n|\n|\r)/;

export function toPercent(cells: readonly ICellText[], language: string): string {
  return joined(cells.map(cell => blockOf(cell, language)));
}

/** The part of a percent text for one cell. */
export function blockOf(cell: ICellText, language: string): string {
  const comment = SLASHES.has(language.toLowerCase()) ? '//' : '#';
  return `${marker(cell, comment)}\n${body(cell, comment)}\n`;
}

/** The percent text of these parts. */
export function joined(blocks: readonly string[]): string {
  return blocks.join('\n');
}

/** A cell in a percent text. */
export interface IBlock {
  id: string;
  type: string;
  /** The line of its marker, from 0. */
  at: number;
  lines: string[];
  /** What ends each of the lines. */
  ends: string[];
}

/** The cells of a percent text; none when it is not one. */
export function blocksOf(text: string): IBlock[] {
  const blocks: IBlock[] = [];
  const parts = text.split(LINE_ENDS); // a line, its end, the next line, …
  for (let at = 0; 2 * at < parts.length; at++) {
    const [line, end = ''] = parts.slice(2 * at, 2 * at + 2);
    const found = MARKER.exec(line);
    if (found) {
      drop(blocks.at(-1)); // the empty line between two cells
      blocks.push({ id: found[2], type: found[1] ?? 'code', at, lines: [], ends: [] });
    } else {
      blocks.at(-1)?.lines.push(line);
      blocks.at(-1)?.ends.push(end);
    }
  }
  drop(blocks.at(-1)); // the end of the last line
  return blocks;
}

function drop(block: IBlock | undefined): void {
  block?.lines.pop();
  block?.ends.pop();
}

/** The cells that a percent text was made of. */
export function fromPercent(text: string): ICellText[] {
  return blocksOf(text).map(block => {
    const { id, type, ends } = block;
    const lines = writtenIn(block);
    return { id, type, source: lines.map((line, n) => (n < lines.length - 1 ? line + ends[n] : line)).join('') };
  });
}

/** The lines of a cell as the candidate wrote them. */
export function writtenIn({ type, lines }: Pick<IBlock, 'type' | 'lines'>): string[] {
  const first = lines.findIndex(line => line.trim() !== '');
  if (type !== 'code') {
    return lines.map(uncommented);
  }
  const foreign =
    first >= 0 && CELL_MAGIC.test(uncommented(lines[first])) && lines[first] !== uncommented(lines[first]);
  return lines.map((line, n) => (foreign ? (n < first ? line : uncommented(line)) : restored(line)));
}

/** A line of code: restore a magic, and remove the backslash of a line that looked like ours. */
function restored(line: string): string {
  const found = LIKE_OURS.exec(line);
  if (found === null) {
    return line;
  }
  const [whole, comment, backslashes] = found;
  return backslashes === '' ? uncommented(line) : comment + backslashes.slice(1) + line.slice(whole.length);
}

function marker(cell: ICellText, comment: string): string {
  const kind = cell.type === 'code' ? '' : ` [${cell.type}]`;
  return `${comment} %%${kind} id="${cell.id}"`;
}

function body({ type, source }: ICellText, comment: string): string {
  if (type !== 'code') {
    return eachLine(source, line => commented(line, comment));
  }
  if (CELL_MAGIC.test(source)) {
    const leading = /^\s*(?=%%)/.exec(source)![0].replace(/[^\r\n]*$/, '');
    return leading + eachLine(source.slice(leading.length), line => commented(line, comment));
  }
  return ANYTHING_SPECIAL.test(source) ? eachLine(source, line => codeLine(line, comment)) : source;
}

function codeLine(line: string, comment: string): string {
  return IS_MAGIC.test(line) ? commented(line, comment) : line.replace(LIKE_OURS, '$1\\$2');
}

/** The text with each line changed and every line end as it is. */
function eachLine(text: string, change: (line: string) => string): string {
  return text
    .split(LINE_ENDS)
    .map((part, n) => (n % 2 === 0 ? change(part) : part))
    .join('');
}

/** A line as a comment; without a space where it would be a marker. */
function commented(line: string, comment: string): string {
  const whole = line === '' ? comment : `${comment} ${line}`;
  return MARKER.test(whole) ? comment + line : whole;
}

function uncommented(line: string): string {
  return line.replace(/^(?:#|\/\/) ?/, '');
}
