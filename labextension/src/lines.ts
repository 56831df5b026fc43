/** The lines of a text as an editor numbers them: one ends at \r\n, \n or \r (LSP), nowhere else. */
export function linesOf(text: string): string[] {
  return text.split(/\r\n|\n|\r/);
}
