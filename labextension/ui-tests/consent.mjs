// What an assessment asks to agree to, in JupyterLab: shown before anything begins, declined, changed, agreed to.
import { check, withAxe } from './axe.mjs';
import { assert, button, finish, giveResults, panel, picture, please, run, saved, token, url } from './driver.mjs';

const sessions = async () => Number(await please('sessions'));

await run(async ({ page, problems }) => {
  await page.goto(`${url}/lab?reset&token=${token}`, { waitUntil: 'domcontentloaded' });
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
  await withAxe(page);
  await page.locator('.jp-LauncherCard', { hasText: 'Code assessment' }).click();
  const code = panel(page).getByRole('textbox', { name: 'Code or link of your invitation' });
  await code.fill(await please('code'));
  await page.keyboard.press('Enter');

  // The text stands above the button; who does not agree is told that nothing was recorded.
  const text = panel(page).locator('.jp-codeassess-AskedText');
  await text.getByText('My work is graded, and kept for a year.').waitFor();
  await picture(page, 'consent');
  await check(page, 'consent', ['#codeassess-candidate']);
  await button(page, 'I do not agree').click();
  await panel(page).getByText('You did not agree, so the assessment did not begin. Nothing was recorded.').waitFor();
  await picture(page, 'consent-declined');
  assert((await sessions()) === 0, 'a session began without the agreement');

  // The text changes while it is on screen: the old agreement does not count.
  await button(page, 'Begin').click();
  await text.waitFor();
  await please('change');
  await button(page, 'I agree, begin').click();
  await panel(page).getByText('has changed since you read it').waitFor();
  await text.getByText('My work is graded, and kept for a year. Twice.').waitFor();
  assert((await sessions()) === 0, 'a session began with the agreement to another text');
  await page.evaluate(() => window.jupyterapp.commands.execute('apputils:change-theme', { theme: 'JupyterLab Dark' }));
  await page.locator('body[data-jp-theme-light="false"]').waitFor({ state: 'attached' });
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
  await picture(page, 'consent-changed-dark');
  await button(page, 'I agree, begin').click();
  await page.locator('.jp-FileEditor:visible .cm-content').first().waitFor();
  await saved(page);
  assert((await sessions()) === 1, 'no session began with the agreement');

  // A question, an answer, the end; then the score is contested here, and the decision comes here.
  await page.locator('.jp-FileEditor:visible .cm-content').first().click();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText(
    'def average(values):\n    total = 0\n    for value in values:\n        total += value\n    return total / len(values)\n'
  );
  await panel(page).locator('.jp-codeassess-Question').waitFor();
  await giveResults(page);
  await panel(page).locator('textarea').first().fill('It adds the values up and divides by how many there are.');
  await panel(page).getByRole('button', { name: 'Send', exact: true }).click();
  await panel(page).locator('.jp-codeassess-Evaluation').waitFor();
  await finish(page);
  await panel(page).getByText('Contest this score …').click();
  await page.keyboard.type('I said how it divides.');
  await picture(page, 'consent-contest-dark');
  await check(page, 'contest', ['#codeassess-candidate']);
  await button(page, 'Contest the score').click();
  await panel(page).getByText('A person will decide').waitFor();
  await please('decide');
  await page.reload({ waitUntil: 'domcontentloaded' });
  await panel(page).getByText('Decided: 9 of 10').waitFor();
  await panel(page).getByText('You are right.').waitFor();
  await picture(page, 'consent-decided');

  const ours = problems.filter(problem => !/Failed to load resource|WebSocket/.test(problem));
  assert(ours.length === 0, ours.join('\n'));
});
