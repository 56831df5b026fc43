// What goes wrong for a grader is said in a sentence that tells what to do.
import { assert, dismissing, please, run, say, token, url } from './driver.mjs';
import { dashboard, openSession, rows, session, visitDashboard } from './grading.mjs';

const says = (page, where, words) => where(page).getByText(words).waitFor();
const anybody = page => page.locator('.jp-codeassess-Grader:visible');
const open = (page, id) =>
  page.evaluate(session => window.jupyterapp.commands.execute('codeassess:open-session', { session }), id);

await run(async ({ context, page }) => {
  await visitDashboard(page);
  await open(page, '01a20660-0000-7000-8000-000000000000');
  await says(page, anybody, 'There is no such session for you');
  say('unknown session');

  await page.evaluate(() => window.jupyterapp.commands.execute('codeassess:review'));
  await openSession(page, 'Barbara Liskov');
  await session(page).getByRole('tab', { name: 'Report' }).click();
  await says(page, session, 'The candidate has not finished');
  say('no report yet');

  await page.evaluate(() => window.jupyterapp.commands.execute('codeassess:review'));
  const first = await rows(page).first().innerText(); // waits: the table draws itself when it is seen
  await dismissing(page);
  await please('kill');
  await dashboard(page).getByRole('button', { name: 'Read the list again' }).click();
  await says(page, dashboard, 'The server does not answer');
  assert((await rows(page).first().innerText()) === first, 'the list is gone');
  await please('start');
  await dashboard(page).getByRole('button', { name: 'Try again' }).click();
  await dashboard(page).getByRole('alert').waitFor({ state: 'detached' });
  say('the server was away');

  // From here on this browser is a candidate's: their token goes with every request of ours.
  const theirs = { authorization: `token ${await please('token')}` };
  await context.route(/\/(sessions|assessments|codeassess)\//, route =>
    route.continue({ headers: { ...route.request().headers(), ...theirs } })
  );
  await page.goto(`${url}/lab?reset&token=${token}`, { waitUntil: 'domcontentloaded' });
  const asked = page.waitForResponse(response => response.url().includes('/assessments/'));
  await page.locator('.jp-LauncherCard').first().waitFor();
  assert((await asked).status() === 403, 'a candidate may list assessments');
  await page.waitForTimeout(500);
  assert(
    (await page.locator('.jp-LauncherCard', { hasText: 'Review assessments' }).count()) === 0,
    'a candidate is invited to review'
  );
  say('a candidate is not offered what is not theirs');
});
