// A whole session without a mouse, with checks of accessibility.
import { check as axe, withAxe } from './axe.mjs';
import { assert, panel, picture, run, saved, visit } from './driver.mjs';

const check = (page, screen) => axe(page, screen, ['#codeassess-candidate', '.jp-codeassess-Status']);

/** Press Tab until an element with this name has the focus. */
async function reach(page, name) {
  for (let n = 0; n < 40; n++) {
    const at = await page.evaluate(() => document.activeElement?.textContent ?? '');
    if (at === name) {
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`${name} cannot be reached by Tab`);
}

async function show(page) {
  await page.keyboard.press('Alt+Shift+A');
  await page.waitForFunction(() => document.activeElement?.closest('#codeassess-candidate'));
}

await run(async ({ page }) => {
  await visit(page, 'work.ipynb');
  await withAxe(page);
  await show(page);
  await check(page, 'consent');
  await reach(page, 'I agree, begin');
  await page.keyboard.press('Enter');
  await saved(page);
  await check(page, 'begun');
  await page.evaluate(() => window.jupyterapp.commands.execute('notebook:enter-command-mode'));
  await page.keyboard.press('Enter');
  await page.keyboard.insertText('def twice(x):\n    y = x * 2\n    return y\n\nprint(twice(4))');
  await panel(page).locator('.jp-codeassess-Excerpt').waitFor();
  await check(page, 'question');
  for (const theme of ['JupyterLab Dark', 'JupyterLab Dark High Contrast', 'JupyterLab Light']) {
    await page.evaluate(theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme }), theme);
    await page.waitForTimeout(1000);
    await check(page, `question, ${theme}`);
  }
  await show(page);
  await page.keyboard.type('It returns twice its argument, 8 here.');
  await page.keyboard.press('Control+Enter');
  await panel(page).locator('.jp-codeassess-Evaluation').waitFor();
  assert(
    await page.evaluate(() => document.activeElement?.id === 'codeassess-candidate'),
    'the focus fell out of the panel'
  );
  await check(page, 'evaluation');
  await reach(page, 'Finish …');
  await page.keyboard.press('Enter');
  await check(page, 'finish');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await panel(page).locator('.jp-codeassess-Closing').waitFor();
  await panel(page).locator('.jp-codeassess-Question').waitFor();
  await check(page, 'last questions');
  await show(page);
  await reach(page, 'Skip');
  await page.keyboard.press('Enter');
  await panel(page).getByText('Finished. Thank you.').waitFor();
  await check(page, 'ended');
  await picture(page, 'access-ended');
});
