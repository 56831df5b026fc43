/** What the page remembers while the browser is at a hub to sign in: an address behind the # does not survive that. */
const KEY = 'codeassess-hub';

/** The browser leaves for the hub, and comes back to this place. */
export function leave(hash: string): void {
  window.sessionStorage.setItem(KEY, hash);
}

/** The place to which it comes back; null: it was not at the hub. */
export function returned(): string | null {
  const hash = window.sessionStorage.getItem(KEY);
  window.sessionStorage.removeItem(KEY);
  return hash;
}
