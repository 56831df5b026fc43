// A teacher imports a roster and invites a group; a candidate opens the link of an invitation, and it is withdrawn.
import { readFileSync } from 'node:fs';

import { assert, picture, please, run, say, url } from './driver.mjs';
import { isAt, signIn, unexpected, visitPage, where } from './signing.mjs';

const ROSTER = 'id,name,group,extra_time\ns1,Ada Lovelace,A,25%\ns2,=Bob,A,\ns3,Zoe,B,\n';

/** The link with which a button leaves the page for another program; the browser here has no such program. */
async function linkBy(page, name) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Page.enable');
  const left = new Promise(resolve => devtools.on('Page.frameRequestedNavigation', event => resolve(event.url)));
  await page.getByRole('button', { name }).click();
  const link = new URL(await left);
  await devtools.detach();
  return link;
}

/** Use a code as another program does; resolves to the status of the answer. */
async function join(code) {
  return (await fetch(`${url}/codeassess/join`, { method: 'POST', body: JSON.stringify({ code }) })).status;
}

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
  assert((await own.getByRole('link', { name: 'Open JupyterLab' }).count()) === 0, 'no JupyterLab is known here');
  await picture(own, 'join');
  const handOver = await linkBy(own, 'Open VS Code');
  await own.getByText('VS Code is being opened').waitFor();
  await picture(own, 'join-vscode');
  assert(handOver.href.startsWith('vscode://codeassess.codeassess/join?'), 'the link is not for our extension');
  assert(handOver.searchParams.get('server') === url, 'the link names another server');
  const once = handOver.searchParams.get('code');
  assert(
    once !== code && [await join(once), await join(once)].join() === '201,403',
    'the code does not work just once'
  );
  await isAt(own, '#/join');
  say('VS Code gets a code of its own, which works once');
  await own.getByRole('button', { name: 'See my sessions and reports here' }).click();
  await own.getByRole('heading', { name: 'You are invited to' }).waitFor();
  await own.reload();
  await own.getByRole('heading', { name: 'You are invited to' }).waitFor();
  const kept = await own.evaluate(() => [document.cookie, ...Object.values({ ...localStorage, ...sessionStorage })]);
  assert(!JSON.stringify(kept).includes('ca_') && !where(own).includes(code), 'scripts can read a credential');
  await picture(own, 'invited');
  say('whoever opens the link is that candidate');

  // A browser of its own: after a link that no program takes, this one passes no clicks on.
  const another = await (await page.context().browser().newContext()).newPage();
  await another.goto(link);
  await another.getByRole('button', { name: 'See my sessions and reports here' }).click();
  const handedOver = await linkBy(another, 'Open VS Code');
  assert((await join(handedOver.searchParams.get('code'))) === 201, 'who is signed in gets no code for VS Code');
  await another.close();

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
