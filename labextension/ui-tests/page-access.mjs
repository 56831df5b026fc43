// The service's page without a mouse, in light and dark, narrow and wide; nothing that keeps people out.
import { assert, please, run, say } from './driver.mjs';
import { looksRight } from './looks.mjs';
import { field, rows, signIn, unexpected, visitPage } from './signing.mjs';

await run(async ({ page, problems }) => {
  const grader = await please('grader');
  await visitPage(page);
  await field(page).waitFor();
  assert(await field(page).evaluate(node => node === document.activeElement), 'the field has no focus');
  await looksRight(page, 'sign-in');
  await page.keyboard.type('ca_wrong');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
  await looksRight(page, 'refused');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(grader);
  await page.keyboard.press('Enter');
  await rows(page).first().waitFor();
  await looksRight(page, 'sessions');
  for (let n = 0; n < 30; n++) {
    if (await page.evaluate(() => document.activeElement?.matches('.jp-codeassess-Table'))) {
      break;
    }
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Home');
  await page.keyboard.press('End'); // the session with the oldest id is one that has ended
  await page.keyboard.press('Enter');
  await page.locator('.jp-codeassess-Playhead').waitFor();
  await page.locator('.cm-line').nth(5).waitFor();
  await looksRight(page, 'timeline');
  await page.getByRole('tab', { name: 'Timeline' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.getByRole('heading', { name: 'Questions and answers' }).waitFor();
  await looksRight(page, 'report');
  await visitPage(page, '#/assessments');
  await page.getByRole('rowheader').first().waitFor();
  await looksRight(page, 'assessments');
  await page.getByRole('button', { name: 'Sign out' }).focus();
  await page.keyboard.press('Enter');
  await field(page).waitFor();
  await visitPage(page);
  await signIn(page, await please('candidate'));
  await page.getByRole('heading', { name: 'My sessions' }).waitFor();
  await looksRight(page, 'candidate');
  say('no mouse was needed');
  assert(unexpected(problems).length === 0, `the console complained:\n${unexpected(problems).join('\n')}`);
});
