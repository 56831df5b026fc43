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

/** Text for widgets without code formatting: without backticks, and `$(name)` does not become an icon. */
export function plainly(text: string): string {
  return text.replaceAll('`', '').replaceAll('$(', '$\u2060(');
}
