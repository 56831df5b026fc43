// What the scenarios of the service's page share.
import { assert, url } from './driver.mjs';

export const field = page => page.getByLabel('Token');

export const rows = page => page.locator('.jp-codeassess-Rows .jp-codeassess-Row');

/** Open the page at an address behind the #. */
export async function visitPage(page, route = '') {
  await page.goto(`${url}/${route}`, { waitUntil: 'domcontentloaded' });
}

/** Sign in as a person would: paste and Enter. */
export async function signIn(page, token) {
  await field(page).fill(token);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}

/** Where the page is, behind the #. */
export const where = page => new URL(page.url()).hash;

export async function isAt(page, route) {
  await page.waitForFunction(route => window.location.hash === route, route).catch(() => {});
  assert(where(page) === route, `the page is at ${where(page)}, not at ${route}`);
}

/** What a browser's console says of an answer that refuses: it belongs to the story. */
export const unexpected = problems => problems.filter(problem => !/status of 40[013]/.test(problem));
