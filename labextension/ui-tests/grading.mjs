// What the grader's scenarios share: the dashboard, and one session of it.
import { assert, rest, token, url } from './driver.mjs';

export const dashboard = page => page.locator('.jp-codeassess-Dashboard');

export const session = page => page.locator('.jp-codeassess-Session:visible');

export const rows = page => dashboard(page).locator('.jp-codeassess-Rows [role=row]');

/** Open Lab, and in it the dashboard. */
export async function visitDashboard(page) {
  await page.goto(`${url}/lab?reset&token=${token}`, { waitUntil: 'domcontentloaded' });
  await page.locator('.jp-LauncherCard').first().waitFor();
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
  await page.locator('.jp-LauncherCard[data-category=CodeAssess]', { hasText: 'Review assessments' }).click();
  await dashboard(page).waitFor();
}

/** Open a candidate's session from the dashboard and wait for its whole history. */
export async function openSession(page, candidate) {
  await dashboard(page).getByRole('button', { name: candidate, exact: true }).click();
  await session(page).locator('.jp-codeassess-Playhead').waitFor();
  await session(page).getByRole('button', { name: 'Play (Space)' }).and(page.locator(':enabled')).waitFor();
}

/** The code that is shown. */
export function shown(page) {
  return session(page).locator('.jp-codeassess-Code .cm-content').evaluate(node => node.cmTile.view.state.doc.toString());
}

/** The session of a candidate, as the server lists it. */
export async function listed(candidate) {
  const { items } = await rest('/sessions/?limit=1000');
  const found = items.find(({ owner }) => owner === candidate);
  assert(found, `no session of ${candidate}`);
  return found;
}
