// An operator finds out who tried what: the filters of the audit, by keyboard, in light and dark, narrow and wide.
import { assert, picture, please, run, say } from './driver.mjs';
import { looksRight } from './looks.mjs';
import { isAt, signIn, unexpected, visitPage } from './signing.mjs';

const lines = page => page.locator('.codeassess-Audit tbody tr');

await run(async ({ page, problems }) => {
  await visitPage(page);
  await signIn(page, await please('operator'));
  const session = await please('refused attempts');
  await page.getByRole('link', { name: 'Audit' }).click();
  await isAt(page, '#/audit');
  await lines(page).first().waitFor();
  await lines(page).filter({ hasText: 'sign in' }).filter({ hasText: 'root' }).first().waitFor();
  await looksRight(page, 'audit');
  await page.emulateMedia({ colorScheme: 'light' });
  await picture(page, 'audit');
  for (const width of [400, 1920]) {
    await page.setViewportSize({ width, height: 900 });
    await picture(page, `audit-${width}`);
  }
  await page.setViewportSize({ width: 1366, height: 800 });
  say('every line says who, what and from where');

  await page.getByLabel('When').selectOption('1');
  await lines(page).filter({ hasText: 'sign in' }).first().waitFor();
  await page.getByLabel('Only refused').check();
  const refused = lines(page).filter({ hasText: 'Ada Lovelace' });
  await refused.getByText('refused: forbidden').waitFor();
  await refused.getByText('× 3').waitFor();
  await lines(page).filter({ hasText: 'done' }).first().waitFor({ state: 'detached' });
  await page.getByLabel('Who').fill('Ada Lovelace');
  await page.keyboard.press('Enter');
  await page.getByText('1 line in all.').waitFor();
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture(page, 'audit-refused-dark');
  await page.getByLabel('Session').fill('nonsense');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('session must be a UUID').waitFor();
  await page.getByLabel('Session').fill(session);
  await page.getByLabel('Who').fill('nobody');
  await page.keyboard.press('Enter');
  await page.getByText('Nothing was recorded that fits.').waitFor();
  await page.getByLabel('Who').fill('');
  await page.keyboard.press('Enter');
  await lines(page).filter({ hasText: 'list reviews' }).getByRole('link', { name: session }).click();
  await isAt(page, `#/sessions/${session}`);
  say('the filters find one line among many, and it leads to its session');

  await page.getByRole('button', { name: 'Sign out' }).click();
  await signIn(page, await please('grader'));
  assert((await page.getByRole('link', { name: 'Audit' }).count()) === 0, 'a grader is led to the audit');
  await visitPage(page, '#/audit');
  await page.getByText('You may not do this.').waitFor();
  say('the audit is for operators');
  assert(unexpected(problems).length === 0, problems.join('\n'));
});
