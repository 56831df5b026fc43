/** `…/lab#codeassess-join=<code>`: a link of the joining page, which fills in the code. */
const ARRIVED = '#codeassess-join=';
const LONGEST = 40;

/** The code with which this page was opened, or ''. It is taken out of the address, which is kept and shown. */
export function takeCode(page: Pick<Window, 'location' | 'history'> = window): string {
  const { hash, pathname, search } = page.location;
  if (!hash.startsWith(ARRIVED)) {
    return '';
  }
  page.history.replaceState(page.history.state, '', pathname + search);
  const code = hash.slice(ARRIVED.length);
  return code.length <= LONGEST && /^[0-9A-Za-z-]+$/.test(code) ? code : '';
}
