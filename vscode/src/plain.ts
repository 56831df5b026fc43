/**
 * Markdown that shows exactly this text: no link, no image, no command, whatever is written in it.
 *
 * All punctuation is escaped, so that addresses do not become links; line ends and leading spaces stay.
 */
export function plain(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map(line => line.replace(/[!-/:-@[-`{-~]/g, '\\$&').replace(/^[ \t]+/, spaces => '\u00a0'.repeat(spaces.length)))
    .map(line => line.replace(/\bwww(?=\\\.)/gi, 'www\u2060'))
    .join('  \n');
}

/** Markdown that shows exactly this text, with `backticks` as code. */
export function prose(text: string): string {
  return text
    .split(/(`[^`\n]+`)/)
    .map((part, n) => (n % 2 === 1 ? part : plainAfter(part, n > 0)))
    .join('');
}

/** Spaces at the beginning stay what they are where a line goes on. */
function plainAfter(part: string, goesOn: boolean): string {
  const spaces = goesOn ? (/^ */.exec(part)?.[0] ?? '') : '';
  return spaces + plain(part.slice(spaces.length));
}

/** Text for widgets without code formatting: without backticks, and `$(name)` does not become an icon. */
export function plainly(text: string): string {
  return text.replaceAll('`', '').replaceAll('$(', '$\u2060(');
}
