// A grader signs in on the service's page, follows a link to a session, reviews; a candidate sees what is theirs.
import { readFileSync } from 'node:fs';

import { assert, picture, please, run, say, url } from './driver.mjs';
import { field, isAt, rows, signIn, unexpected, visitPage } from './signing.mjs';

const view = page => page.locator('.jp-codeassess-Session');

await run(async ({ page, problems }) => {
  const grader = await please('grader');
  const found = await (await fetch(`${url}/sessions/`, { headers: { Authorization: `token ${grader}` } })).json();
  const ended = found.items.find(({ owner }) => owner === 'Ada Lovelace').session_id;
  const link = `#/sessions/${ended}/report`;

  await visitPage(page, link);
  await field(page).fill('ca_wrong');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('This token does not let you in').waitFor();
  await picture(page, 'page-refused');
  await signIn(page, grader);
  await view(page).getByRole('heading', { name: 'Questions and answers' }).waitFor();
  await isAt(page, link);
  say('a link survives signing in');
  const kept = await page.evaluate(() => [document.cookie, ...Object.values({ ...localStorage, ...sessionStorage })]);
  assert(!JSON.stringify(kept).includes(grader), 'scripts can read the token');

  await page.reload();
  await view(page).getByRole('heading', { name: 'Questions and answers' }).waitFor();
  // How many questions the examiner found in its time depends on the machine.
  const all = view(page).getByRole('button', { name: /^Confirm the \d+ that wait$/ });
  await all.click();
  await all.waitFor({ state: 'detached' });
  const reviewed = view(page).locator('option', { hasText: 'after a review by grace' });
  await reviewed.nth(1).waitFor({ state: 'attached' });
  await picture(page, 'page-review');
  say('a review counts, also after a reload');

  await view(page).getByRole('tab', { name: 'Timeline' }).click();
  await view(page).locator('.jp-codeassess-Playhead').waitFor();
  await view(page).locator('.cm-line').nth(10).waitFor();
  await isAt(page, `#/sessions/${ended}`);
  await page.waitForFunction(() => {
    const words = [...document.querySelectorAll('.cm-line span')];
    return new Set(words.map(word => getComputedStyle(word).color)).size > 2; // the language is known by now
  });
  await page.getByRole('link', { name: 'Sessions' }).click();
  await rows(page).first().waitFor();
  await isAt(page, '#/sessions');
  await page.getByLabel('Flag', { exact: true }).selectOption('Paste');
  await page.getByLabel('Waiting for review').check();
  await rows(page).filter({ hasText: 'Barbara Liskov' }).waitFor();
  await page.getByRole('status').getByText('1 session', { exact: true }).waitFor(); // the answers that were confirmed wait no more
  assert((await rows(page).count()) === 1, 'the answers that were confirmed still wait');
  await page.getByLabel('Waiting for review').uncheck();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Results (CSV)' }).click();
  const results = readFileSync(await (await download).path(), 'utf8');
  assert(results.includes('Ada Lovelace') && results.startsWith('\uFEFFsession_id,candidate,'), results);
  say('several answers are confirmed at once, and results are a table');
  await page.goBack();
  await view(page).locator('.jp-codeassess-Playhead').waitFor();
  await page.goForward();
  await rows(page).first().waitFor();
  await page.getByRole('link', { name: 'Assessments' }).click();
  await page.getByRole('link', { name: 'The days of a step counter' }).click();
  await rows(page).first().waitFor();
  assert(
    (await page.getByLabel('Assessment', { exact: true }).locator('option:checked').textContent()).startsWith(
      'The days'
    ),
    'no group'
  );
  await visitPage(page, '#/nowhere');
  await page.getByRole('heading', { name: 'There is nothing here for you' }).waitFor();
  say('back, forward and wrong addresses work');

  await visitPage(page, link);
  await view(page).getByRole('heading', { name: 'Questions and answers' }).waitFor();
  await please('revoke');
  await page.reload();
  await signIn(page, await please('grader again'));
  await isAt(page, link);
  await view(page).getByRole('heading', { name: 'Questions and answers' }).waitFor();
  say('a token that was revoked signs out');

  await page.getByRole('button', { name: 'Sign out' }).click();
  await field(page).waitFor();
  await page.reload();
  await field(page).waitFor();
  await visitPage(page);
  await signIn(page, await please('candidate'));
  await page.getByRole('heading', { name: 'The days of a step counter' }).waitFor();
  assert((await page.getByText('Grete').count()) === 0, 'somebody else is shown');
  const [report] = await Promise.all([
    page.context().waitForEvent('page'),
    page.getByRole('link', { name: 'Read the report' }).click()
  ]);
  await report.getByRole('heading').first().waitFor();
  await report.close();
  await picture(page, 'page-candidate');
  await visitPage(page, link);
  await page.getByRole('heading', { name: 'Your code' }).waitFor();
  const other = found.items.find(({ owner }) => owner !== 'Ada Lovelace').session_id;
  await visitPage(page, `#/sessions/${other}`);
  await page.getByText('There is no such session for you').waitFor();
  say('a candidate sees what is theirs');
  const ours = unexpected(problems).filter(problem => !problem.includes(other));
  assert(ours.length === 0, `the console complained:\n${ours.join('\n')}`);
});
