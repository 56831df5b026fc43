/** Links from the page into the programs that candidates write in. */

/** The extension, as vscode/package.json names it. */
const EXTENSION = 'codeassess.codeassess';

/** Opens VS Code, which asks before it connects to `server`; `code` works once, within a minute. */
export function vsCodeLink(server: string, code: string): string {
  const query = new URLSearchParams({ server: server.replace(/\/+$/, ''), code });
  return `vscode://${EXTENSION}/join?${query.toString()}`;
}

/** Opens JupyterLab with the code filled in. The code is behind the #, which no server sees. */
export function labLink(lab: string, code: string): string {
  return `${lab}#codeassess-join=${encodeURIComponent(code)}`;
}
