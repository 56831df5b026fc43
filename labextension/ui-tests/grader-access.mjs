// A grader without a mouse, and nothing that keeps people out.
import { check as axe, withAxe } from './axe.mjs';
import { assert, picture, run, say, token, url } from './driver.mjs';
import { dashboard, groups, rows, session, shown } from './grading.mjs';

const check = (page, screen) => axe(page, screen, ['.jp-codeassess-Grader:not(.lm-mod-hidden *)']);

/** Press Tab until an element that matches has the focus. */
async function reach(page, selector) {
  for (let n = 0; n < 60; n++) {
    if (await page.evaluate(selector => document.activeElement?.matches(selector), selector)) {
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`${selector} cannot be reached by Tab`);
}

async function inThemes(page, screen) {
  for (const theme of ['JupyterLab Dark', 'JupyterLab Dark High Contrast', 'JupyterLab Light']) {
    await page.evaluate(theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme }), theme);
    await page.waitForTimeout(1000);
    await check(page, `${screen}, ${theme}`);
  }
}

await run(async ({ page, problems }) => {
  await page.goto(`${url}/lab?reset&token=${token}`, { waitUntil: 'domcontentloaded' });
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
  await page.locator('.jp-LauncherCard', { hasText: 'Review assessments' }).waitFor();
  await page.evaluate(() => window.jupyterapp.commands.execute('apputils:activate-command-palette'));
  await page.keyboard.type('Review assessments');
  await page.locator('.lm-CommandPalette-item[data-command="codeassess:review"]').waitFor();
  await page.keyboard.press('Enter');
  await rows(page).first().waitFor();
  await withAxe(page);
  await inThemes(page, 'dashboard');

  await reach(page, '.jp-codeassess-Table');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Home');
  const heading = groups(page).and(page.locator('[aria-selected=true]')).getByRole('rowheader');
  assert(/\d sessions/.test(await heading.textContent()), 'the keyboard does not reach the heading of an assessment');
  await page.keyboard.press('End'); // the session with the oldest id is one that has ended
  const chosen = rows(page).and(page.locator('[aria-selected=true]')).getByRole('button');
  const first = await chosen.textContent();
  await fetch(`${url}/sessions/`, { method: 'POST', body: '{}', headers: { Authorization: `token ${token}` } });
  await groups(page).getByText('Open sessions').waitFor();
  assert((await chosen.textContent()) === first, 'a new session took the choice away');
  assert(await page.evaluate(() => document.activeElement?.matches('.jp-codeassess-Table')), 'the list lost the focus');
  say('the list keeps itself current');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'tab');
  await page.getByRole('tab', { name: new RegExp(`^${first}`) }).waitFor();
  await session(page).locator('.cm-line').nth(10).waitFor();
  await session(page).locator('[aria-label="Play (Space)"]:enabled').waitFor();
  await session(page).getByRole('checkbox', { name: 'Decisions' }).focus();
  await page.keyboard.press('Space');
  await session(page)
    .getByRole('option', { name: /^\d+:\d+ ?(Not a|A)sked/ })
    .first()
    .waitFor({ state: 'attached' });
  await inThemes(page, 'timeline');

  await reach(page, '[role=slider]');
  const last = await shown(page);
  await page.keyboard.press('Home');
  assert((await shown(page)) === '', 'Home does not go to the beginning');
  await page.keyboard.press('ArrowRight');
  assert((await shown(page)).length > 0, 'there is no change to the right');
  await page.keyboard.press('End');
  assert((await shown(page)) === last, 'End does not go to the end');
  await page.keyboard.press('ArrowUp');
  await picture(page, 'grader-keyboard');
  say('the history needs no mouse');

  await page.keyboard.press('Shift+Tab');
  await reach(page, '[role=tab]');
  await session(page).getByRole('tab', { name: 'Timeline' }).focus();
  await page.keyboard.press('ArrowRight');
  await session(page).getByRole('heading', { name: 'Questions and answers' }).waitFor();
  await inThemes(page, 'report');
  await session(page).getByRole('button', { name: 'Override …' }).first().focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.getAttribute('type') === 'number');
  await check(page, 'review');
  await page.evaluate(() => window.jupyterapp.commands.execute('codeassess:review'));
  await dashboard(page).getByRole('searchbox').fill('nobody like that');
  await dashboard(page).getByText('No session is like that.').waitFor();
  await check(page, 'nothing found');
  assert(problems.length === 0, `the console complained:\n${problems.join('\n')}`);
});
