// A candidate sees everything that is stored, contests a score; a grader decides it; the candidate sees the decision.
import { readFileSync } from 'node:fs';

import { check } from './axe.mjs';
import { assert, picture, please, run, say } from './driver.mjs';
import { field, rows, signIn, unexpected, visitPage } from './signing.mjs';

const AXE = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const WORDS = 'Line 4 is <b>right</b>: see the loop.';

const view = page => page.locator('.jp-codeassess-Session');
const own = page => page.locator('.codeassess-Own');
const question = page =>
  own(page)
    .locator('article', { has: page.locator('.codeassess-Said') })
    .first();

/** In light and dark, narrow and wide: nothing serious, nothing to be scrolled sideways. */
async function looksRight(page, screen) {
  await page.evaluate(AXE);
  for (const width of [400, 1366]) {
    await page.setViewportSize({ width, height: 860 });
    for (const colorScheme of ['dark', 'light']) {
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(400);
      await check(page, `${screen}, ${colorScheme}, ${width}`, ['body']);
      await picture(page, `${screen}-${colorScheme}-${width}`);
    }
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert(wide <= 0, `${screen} is ${wide} px too wide at ${width}`);
  }
}

await run(async ({ page, problems }) => {
  const candidate = await please('candidate');
  await visitPage(page);
  await signIn(page, candidate);
  await page.getByRole('link', { name: 'Everything that is stored' }).first().click();
  await own(page).getByRole('heading', { name: 'What you agreed to' }).waitFor();
  await own(page).getByText('recorded by the service').waitFor();
  await own(page).locator('.codeassess-Snapshot', { hasText: 'def' }).waitFor();
  const slider = own(page).getByRole('slider');
  await slider.focus();
  await page.keyboard.press('Home');
  await own(page)
    .getByText(/Snapshot 1 of/)
    .waitFor();
  await own(page)
    .locator('.codeassess-Entries')
    .evaluate(node => (node.closest('details').open = true));
  await own(page).getByText('You agreed to be recorded').waitFor();
  await own(page).getByText('The text of the assessment, version 1').click();
  await own(page).getByText('My work is graded.').waitFor();
  await looksRight(page, 'own');
  const download = page.waitForEvent('download');
  await own(page).getByRole('button', { name: 'Download everything (zip)' }).click();
  assert((await download).suggestedFilename().endsWith('jsonl.zip'), 'no file of everything');
  say('a candidate sees what is stored and takes it along');

  const contest = question(page).getByRole('button', { name: /^Contest this score/ });
  await contest.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type(WORDS);
  await looksRight(page, 'contest');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await question(page).getByText('You contest this score').waitFor();
  await question(page).getByText(WORDS).waitFor();
  await looksRight(page, 'contested');
  say('a score is contested without a mouse');

  await page.getByRole('button', { name: 'Sign out' }).click();
  await field(page).waitFor();
  await visitPage(page);
  await signIn(page, await please('grader'));
  await rows(page).first().waitFor();
  await page.getByLabel('Contested', { exact: true }).check();
  await rows(page).filter({ hasText: 'Ada Lovelace' }).filter({ hasText: '1 contested' }).waitFor();
  await page.waitForFunction(() => document.querySelectorAll('.jp-codeassess-Rows .jp-codeassess-Row').length === 1);
  await looksRight(page, 'dashboard-contested');
  await rows(page).first().getByRole('button').click();
  await view(page).getByText('1 contested').waitFor();
  await view(page).getByRole('tab', { name: 'Report' }).click();
  const asked = view(page).locator('article', { hasText: 'Contested by the candidate' });
  await asked.getByText(WORDS).waitFor();
  await looksRight(page, 'grader-contested');
  await asked.getByRole('button', { name: /^Keep / }).click();
  await page.keyboard.type('The loop is not what was asked about.');
  await picture(page, 'grader-keep');
  await asked.getByRole('button', { name: 'Save' }).click();
  await view(page).getByText('Contested, decided').waitFor();
  await view(page).getByText('1 contested').waitFor({ state: 'detached' });
  await picture(page, 'grader-decided');
  say('a grader decides with a reason');

  await page.getByRole('button', { name: 'Sign out' }).click();
  await field(page).waitFor();
  await visitPage(page);
  await signIn(page, candidate);
  await page.getByRole('link', { name: 'Everything that is stored' }).first().click();
  await question(page).getByText('The loop is not what was asked about.').waitFor();
  await looksRight(page, 'own-decided');
  say('the candidate sees the decision');
  assert(unexpected(problems).length === 0, `the console complained:\n${unexpected(problems).join('\n')}`);
});
