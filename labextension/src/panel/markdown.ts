import { linesOf } from '../lines';

/** A part of a text in Markdown: lines of one kind, without their marks. */
export interface IBlock {
  kind: 'heading' | 'code' | 'bullets' | 'numbers' | 'paragraph';
  lines: string[];
}

const FENCE = /^ {0,3}(`{3,}|~{3,})[^`]*$/;
const MARKS = [
  ['heading', /^ {0,3}#{1,6}[ \t]+(.*?)[ \t]*#*$/],
  ['bullets', /^\s*[-*+][ \t]+(.*)$/],
  ['numbers', /^\s*\d{1,9}[.)][ \t]+(.*)$/]
] as const;

/** The part of Markdown that a task needs. Links, images and HTML are shown as text. */
export function blocksOf(text: string): IBlock[] {
  const blocks: IBlock[] = [];
  let fence: string | null = null;
  let apart = true; // an empty line, or the end of some code, is above
  for (const line of linesOf(text)) {
    const marks = FENCE.exec(line)?.[1] ?? null;
    if (fence !== null) {
      const closes: boolean = marks !== null && marks[0] === fence[0] && marks.length >= fence.length;
      fence = closes ? null : fence;
      apart = closes;
      blocks.at(-1)!.lines.push(...(closes ? [] : [line]));
    } else if (marks !== null) {
      fence = marks;
      blocks.push({ kind: 'code', lines: [] });
    } else {
      apart = put(blocks, line, apart);
    }
  }
  return blocks;
}

/** Add a line that is no code; whether the next one stands apart from it. */
function put(blocks: IBlock[], line: string, apart: boolean): boolean {
  if (line.trim() === '') {
    return true;
  }
  const { kind, words } = marked(line);
  const last = blocks.at(-1);
  if (kind === 'heading' || last === undefined || (kind === 'paragraph' && apart)) {
    blocks.push({ kind, lines: [words] });
  } else if (kind === last.kind) {
    last.lines.push(words);
  } else if (kind === 'paragraph') {
    last.lines[last.lines.length - 1] += `\n${words}`; // an item of a list goes on
  } else {
    blocks.push({ kind, lines: [words] });
  }
  return kind === 'heading';
}

function marked(line: string): { kind: IBlock['kind']; words: string } {
  for (const [kind, mark] of MARKS) {
    const found = mark.exec(line);
    if (found) {
      return { kind, words: found[1] ?? '' };
    }
  }
  return { kind: 'paragraph', words: line.trim() };
}
