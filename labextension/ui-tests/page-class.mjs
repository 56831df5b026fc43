// A teacher imports a roster and invites a group; a candidate opens the link of an invitation, and it is withdrawn.
import { readFileSync } from 'node:fs';

import { assert, picture, please, run, say } from './driver.mjs';
import { isAt, signIn, unexpected, visitPage, where } from './signing.mjs';

const ROSTER = 'id,name,group,extra_time\ns1,Ada Lovelace,A,25%\ns2,=Bob,A,\ns3,Zoe,B,\n';
const cells = (page, name) => page.locator(`td[data-label=${name}]`);

await run(async ({ page, problems }) => {
  await visitPage(page);
  await signIn(page, await please('teacher'));
  await page.getByRole('link', { name: 'People' }).click();
  await page.getByText('There is nobody yet.').waitFor();
  const file = page.getByLabel('Import a roster');
  await file.setInputFiles({ name: 'roster.csv', mimeType: 'text/csv', buffer: Buffer.from(`${ROSTER}s1,Again,A,\n`) });
  await page.getByRole('alert').getByText('line 5: s1 is on line 2 already').waitFor();
  await file.setInputFiles({
    name: 'roster.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('id\n\xe9lise\n', 'latin1')
  });
  await page.getByRole('alert').getByText('not in UTF-8').waitFor();
  const utf16 = Buffer.from(`\ufeff${ROSTER}`, 'utf16le');
  await file.setInputFiles({ name: 'roster.csv', mimeType: 'text/csv', buffer: utf16 });
  await page.getByRole('row').filter({ hasText: 'Ada Lovelace' }).getByText('25%').waitFor();
  await picture(page, 'people');
  say('a roster is stored whole or not at all');

  await page.getByRole('link', { name: 'Assessments' }).click();
  await page.getByRole('link', { name: 'Invitations' }).click();
  await page.getByText('Nobody is invited yet.').waitFor();
  await page.getByLabel('Group').selectOption('A');
  await page.getByRole('button', { name: 'Invite' }).click();
  await page.getByText('2 new codes').waitFor();
  const link = await cells(page, 'Link').first().textContent();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as CSV' }).click();
  const table = readFileSync(await (await download).path(), 'utf8').split('\r\n');
  assert(table[1].startsWith('s1,Ada Lovelace,') && table[1].includes(link), 'the table is not what is shown');
  assert(table[2].includes("'=Bob"), 'a spreadsheet would take a name for a formula');
  await picture(page, 'invitations');
  say('a group is invited, and the codes are saved');

  const candidate = await page.context().browser().newContext();
  const own = await candidate.newPage();
  await own.goto(link);
  await own.getByRole('heading', { name: 'Ada Lovelace, you are invited to' }).waitFor();
  await isAt(own, '#/join'); // the code is neither on the screen nor in the history
  const code = link.split('/').at(-1);
  await own.locator('.codeassess-Code').getByText(code, { exact: true }).waitFor();
  await picture(own, 'join');
  await own.getByRole('button', { name: 'See my sessions and reports here' }).click();
  await own.getByRole('heading', { name: 'You are invited to' }).waitFor();
  await own.reload();
  await own.getByRole('heading', { name: 'You are invited to' }).waitFor();
  const kept = await own.evaluate(() => [document.cookie, ...Object.values({ ...localStorage, ...sessionStorage })]);
  assert(!JSON.stringify(kept).includes('ca_') && !where(own).includes(code), 'scripts can read a credential');
  await picture(own, 'invited');
  say('whoever opens the link is that candidate');

  await page.reload();
  await cells(page, 'State').getByText('joined').waitFor();
  await page.getByRole('button', { name: 'Withdraw the invitation of Ada Lovelace' }).click();
  await cells(page, 'State').getByText('withdrawn').waitFor();
  await own.reload();
  await own.getByText('Sign in').first().waitFor();
  await own.goto('about:blank');
  await own.goto(link);
  await own.getByRole('alert').getByText('This invitation was withdrawn.').waitFor();
  say('a withdrawn invitation shuts out at once');
  assert(unexpected(problems).length === 0, problems.join('\n'));
});
