/** What an invitation and a link of the joining page look like. Independent of VS Code. */

/** A code, and the service that it is for; undefined: a code alone, which does not say. */
export interface Invitation {
  server: string | undefined;
  code: string;
}

/** Text that is no invitation: a sentence says what is wrong and what would be right. */
export class NoInvitation extends Error {}

const CODE = /^[0-9A-HJKMNP-TV-Z]{12}$/;
const LONGEST = 2000;
const WRONG_CODE = 'A code has 12 letters and digits, like 7K3M-9QRT-2XWB; copy it from the invitation.';
const WRONG_LINK =
  'That link cannot be used: CodeAssess expects one that the joining page of a codeassess server made. Press the button on the page again, or use the command CodeAssess: Join with the code.';

/** The code or the whole link of an invitation, as somebody typed or copied it. Throws NoInvitation. */
export function readInvitation(text: string): Invitation {
  const given = text.trim();
  if (given.length > LONGEST) {
    throw new NoInvitation(WRONG_CODE);
  }
  if (!given.includes('://')) {
    return { server: undefined, code: readCode(given) };
  }
  const [address = '', fragment = ''] = given.split('#', 2);
  const code = /^\/?join\/([^/?]+)\/?$/.exec(fragment)?.[1];
  const server = readServer(address);
  if (code === undefined || server === undefined) {
    throw new NoInvitation(`That link holds no code. ${WRONG_CODE}`);
  }
  return { server, code: readCode(code) };
}

/** What a `vscode://codeassess.codeassess/join?server=…&code=…` asks for. Throws NoInvitation, never with the code. */
export function readHandOver(path: string, query: string): Required<Invitation> & { server: string } {
  const given = query.length <= LONGEST ? new URLSearchParams(query) : new URLSearchParams();
  const [server, code] = [readServer(given.get('server') ?? ''), given.get('code') ?? ''];
  const names = [...given.keys()].sort().join();
  if (path !== '/join' || names !== 'code,server' || server === undefined) {
    throw new NoInvitation(WRONG_LINK);
  }
  try {
    return { server, code: readCode(code) };
  } catch {
    throw new NoInvitation(WRONG_LINK);
  }
}

/** The address of a server as it is shown and used; undefined: it is none. */
export function readServer(text: string): string | undefined {
  const given = text.trim();
  const address = /^https?:\/\/[^\s/]/.test(given) && URL.canParse(given) ? new URL(given) : undefined;
  if (!address || address.username || address.password || address.search || address.hash) {
    return undefined;
  }
  return address.href.replace(/\/+$/, '');
}

/** Can others on the way read what is sent to this server? */
export function isOpenToAll(server: string): boolean {
  const { protocol, hostname } = new URL(server);
  return protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

function readCode(text: string): string {
  const code = text
    .replace(/[\s\-‐-―._]/g, '')
    .toUpperCase()
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');
  if (!CODE.test(code)) {
    throw new NoInvitation(WRONG_CODE);
  }
  return code;
}
