// People of a JupyterHub: a candidate in their own Lab, a grader on the page of the service, and who has no role there.
import { assert, browse, button, giveResults, panel, picture, please, run, saved, say, url } from './driver.mjs';

const service = `${url}/services/codeassess/`;

/** The Hub's own form. */
async function logIn(page, name, password) {
  await page.locator('#username_input').fill(name);
  await page.locator('#password_input').fill(password);
  await page.locator('#login_submit').click();
}

const heading = (page, name) => page.getByRole('heading', { name, exact: true });

await run(async ({ page, problems }) => {
  const password = await please('password');

  // The page of the service asks nobody for a token: the Hub asks for its own.
  await page.goto(service, { waitUntil: 'domcontentloaded' });
  await logIn(page, 'ada', password);
  await heading(page, 'You are invited to').waitFor();
  await heading(page, 'Averages').waitFor();
  assert(page.url().startsWith(service), page.url());
  await picture(page, 'hub-candidate');
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture(page, 'hub-candidate-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  const kept = await page.evaluate(() => [document.cookie, ...Object.values({ ...localStorage, ...sessionStorage })]);
  assert(!/service-codeassess/.test(JSON.stringify(kept)), 'scripts can read the cookie of signing in');
  say('a candidate of the Hub is known on the page');

  // In their own Lab they need no code either.
  await page.getByRole('link', { name: 'Open my JupyterLab' }).click();
  await page.locator('.jp-LauncherCard', { hasText: 'Code assessment' }).waitFor();
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
  await page.locator('.jp-LauncherCard', { hasText: 'Code assessment' }).click();
  await panel(page).getByText('Begin until').waitFor();
  assert((await panel(page).getByRole('textbox').count()) === 0, 'a code is asked for');
  await picture(page, 'hub-lab');
  await button(page, 'Begin').click();
  await button(page, 'I agree, begin').click();
  const editor = page.locator('.jp-FileEditor:visible .cm-content').first();
  await editor.waitFor();
  await saved(page);
  await editor.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText(
    'def average(values):\n    total = 0\n    for value in values:\n        total += value\n    return total / len(values)\n'
  );
  await panel(page).locator('.jp-codeassess-Question').waitFor();
  await picture(page, 'hub-lab-question');
  await giveResults(page);
  await panel(page).locator('textarea').first().fill('It adds the values up and divides by how many there are.');
  await panel(page).getByRole('button', { name: 'Send', exact: true }).click();
  await panel(page).getByText('Earlier').waitFor();
  await saved(page);
  await button(page, 'Finish …').click();
  await button(page, 'Finish now').click();
  await panel(page).getByText('Finished. Thank you.').waitFor();
  say('a candidate of the Hub is recorded in their own Lab');

  // Signing out on the page ends the login at the Hub as well: the next person at this computer is asked again.
  await page.goto(service, { waitUntil: 'domcontentloaded' });
  await page.getByRole('link', { name: 'Read the report' }).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(/\/hub\/log(in|out)/);
  await page.goto(service, { waitUntil: 'domcontentloaded' });
  await page.locator('#username_input').waitFor();
  say('signing out is signing out');

  const ours = problems.filter(problem => !/Failed to load resource|WebSocket/.test(problem));
  assert(ours.length === 0, ours.join('\n'));

  // A link to a session survives the way through the Hub.
  const graders = await browse();
  const desk = graders.page;
  const session = await please('session');
  await desk.goto(`${service}#/sessions/${session}/report`, { waitUntil: 'domcontentloaded' });
  await logIn(desk, 'grace', password);
  await heading(desk, 'Questions and answers').waitFor();
  assert(new URL(desk.url()).hash === `#/sessions/${session}/report`, desk.url());
  await picture(desk, 'hub-report');
  const confirm = desk.getByRole('button', { name: 'Confirm', exact: true }).first();
  if (await confirm.isVisible()) {
    await confirm.click();
    await desk.locator('option', { hasText: 'after a review by grace' }).first().waitFor({ state: 'attached' });
  }
  await desk.getByRole('link', { name: 'Sessions' }).click();
  await desk.locator('.jp-codeassess-Rows .jp-codeassess-Row').filter({ hasText: 'ada' }).waitFor();
  await picture(desk, 'hub-sessions');
  say('a grader of the Hub reviews');

  // The login is over: the page says so, and offers the Hub first.
  await graders.context.clearCookies();
  await desk.getByRole('link', { name: 'Assessments' }).click();
  const again = desk.getByRole('button', { name: 'Sign in with JupyterHub' });
  await again.waitFor();
  await picture(desk, 'hub-sign-in');
  await desk.setViewportSize({ width: 380, height: 760 });
  await desk.emulateMedia({ colorScheme: 'dark' });
  await picture(desk, 'hub-sign-in-narrow-dark');
  await desk.keyboard.press('Enter');
  await logIn(desk, 'max', password);
  await desk.getByRole('alert').getByText('JupyterHub knows max').waitFor();
  await picture(desk, 'hub-no-role');
  await desk.getByRole('button', { name: 'Sign in as somebody else' }).click();
  await desk.waitForURL(/\/hub\/log(in|out)/);
  await graders.close();
  say('who has no role is told so');
});
