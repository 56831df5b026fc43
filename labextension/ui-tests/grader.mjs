// A grader finds a session, watches how it went, reads the report and overrides a score; then they watch one that goes on.
import { join } from 'node:path';

import { check as axe, withAxe } from './axe.mjs';
import { assert, picture, pictures, rest, run, say, token, url } from './driver.mjs';
import {
  dashboard,
  grouped,
  groups,
  listed,
  openSession,
  rows,
  session,
  shown,
  visitDashboard,
  write
} from './grading.mjs';

const event = (page, text) => session(page).getByRole('option', { name: text }).first();

/** The server sorts and filters: wait until its answer is there. */
const inFirstRow = (page, text) => rows(page).first().filter({ hasText: text }).waitFor();

/** The sessions of an assessment stand under a heading that counts what there is to do. */
async function group(page) {
  const { items } = await rest('/sessions/groups/');
  for (const [index, { title, sessions, waiting, flagged }] of items.entries()) {
    const heading = groups(page).nth(index);
    await heading.getByText(title ?? 'Open sessions').waitFor();
    const words = await heading.textContent();
    const counts = [`${sessions} session`, waiting && `${waiting} wait`, flagged && `${flagged} flagged`].filter(
      Boolean
    );
    assert(
      counts.every(count => words.includes(count)),
      `the heading says ${words}, not ${counts}`
    );
  }
  const column = dashboard(page).getByRole('columnheader', { name: 'Assessment' });
  assert((await column.count()) === 0, 'each row says what the heading says');
  await grouped(page, false);
  await column.waitFor();
  assert((await groups(page).count()) === 0, 'there are headings without groups');
  await grouped(page, true);
  await groups(page).first().waitFor();
  say('sessions stand together by assessment');
}

async function filter(page) {
  const count = (await rest('/sessions/?limit=1000')).items.length;
  await rows(page)
    .nth(count - 1)
    .waitFor();
  await dashboard(page).getByRole('searchbox').fill('ada');
  await page.waitForFunction(() => document.querySelectorAll('.jp-codeassess-Rows .jp-codeassess-Row').length === 1);
  await dashboard(page).getByRole('searchbox').fill('nobody like that');
  await dashboard(page).getByRole('button', { name: 'Show all' }).click();
  await dashboard(page).getByRole('combobox', { name: 'State' }).selectOption('active');
  await inFirstRow(page, 'Active');
  await dashboard(page).getByRole('combobox', { name: 'State' }).selectOption('');
  await dashboard(page).getByRole('checkbox', { name: 'Waiting for review' }).check();
  await dashboard(page).getByRole('button', { name: 'Candidate', exact: true }).click();
  await inFirstRow(page, 'Ada Lovelace');
  say('the dashboard filters and sorts');
}

async function watch(page, id, replay) {
  const last = await rest(`/sessions/${id}/snapshots/${replay.at(-1).n}`);
  assert((await shown(page)) === last.code, 'the end of the replay is not the last snapshot');
  const playhead = session(page).getByRole('slider');
  await playhead.focus();
  await page.keyboard.press('Home');
  assert((await shown(page)) === '', 'there is code before the first change');
  await session(page).getByRole('combobox', { name: 'Speed' }).selectOption('60');
  await playhead.focus();
  await page.keyboard.press('Space');
  await session(page).locator('.cm-content').getByText(last.code.split('\n')[0]).first().waitFor();
  await page.keyboard.press('Space');
  const text = await shown(page);
  await page.waitForTimeout(300);
  assert((await shown(page)) === text, 'it plays on after a pause');
  say('the history was played');

  await page.keyboard.press('End');
  for (const { n } of replay.slice(-3, -1).reverse()) {
    await page.keyboard.press('ArrowLeft');
    assert((await shown(page)) === (await rest(`/sessions/${id}/snapshots/${n}`)).code, `step ${n} is another text`);
  }
  await event(page, /^\d+:\d+ ?Paste/).click();
  const paste = replay.find(({ cause }) => cause === 'paste');
  assert(
    (await shown(page)) === (await rest(`/sessions/${id}/snapshots/${paste.n}`)).code,
    'the paste is another text'
  );
  assert((await session(page).locator('.jp-codeassess-inserted').count()) > 5, 'what was pasted is not marked');
  await picture(page, 'grader-1-paste');
}

async function jump(page, number) {
  await event(page, new RegExp(`Question ${number}`)).click();
  const detail = session(page).getByRole('region', { name: 'At this moment' });
  await detail.getByText(`Question ${number}`).waitFor();
  assert(
    (await session(page).locator('.cm-line.jp-codeassess-asked').count()) > 0,
    'the lines of the question are not marked'
  );
  assert((await detail.locator('.jp-codeassess-Evaluation').count()) === 0, 'the score is known before the answer');
  await detail.getByRole('button', { name: /Go to the answer/ }).click();
  await detail.locator('.jp-codeassess-Score').waitFor();
  await picture(page, 'grader-2-answer');
  await detail.getByRole('button', { name: /in the report/ }).click();
  await session(page)
    .getByRole('article', { name: `Question ${number}` })
    .waitFor();
  say('events lead to code, question, answer and score');
}

/** Override the score of one answer, confirm that of another. */
async function review(page, id, before, one, other) {
  const question = session(page).getByRole('article', { name: `Question ${one.number}` });
  await question.getByRole('button', { name: 'Override …' }).click();
  await question.getByLabel('Score, 0 to 10').fill('7');
  await question.getByLabel(/Reason/).fill('It does not say what happens to ties.');
  await question.getByRole('button', { name: 'Save' }).click();
  const examiner = Math.round(one.evaluation.score * 10) / 10;
  await question.getByText(`Person: 7 of 10, instead of ${examiner}`).waitFor();
  await question.getByText(/^Examiner: (.+ of 10|No score yet)/).waitFor();
  await question.getByText('It does not say what happens to ties.').waitFor();
  await picture(page, 'grader-3-reviewed');
  const after = await rest(`/sessions/${id}/report/?format=json`);
  assert(after.report.version === before.report.version + 1, 'there is no new version');
  const reviewed = after.questions.find(({ number }) => number === one.number);
  assert(reviewed.evaluation.score === one.evaluation.score && reviewed.final_score === 7, 'a score was lost');
  const worth = after.questions
    .filter(({ response }) => response !== null)
    .map(question => question.final_score ?? question.evaluation.score);
  const mean = worth.reduce((sum, score) => sum + score, 0) / worth.length;
  assert(
    Math.abs(after.overall.score - mean) < 0.06,
    `the score of the session is ${after.overall.score}, not ${mean}`
  );

  const second = session(page).getByRole('article', { name: `Question ${other.number}` });
  await second.getByRole('button', { name: /^Confirm/ }).click();
  await second.getByText('Confirmed').waitFor();
  say('a score was overridden and one confirmed, both are there');
}

/** Somebody else decides while this grader writes a reason: nobody's decision is lost without a word. */
async function together(page, id, one) {
  const question = session(page).getByRole('article', { name: `Question ${one.number}` });
  await question.getByRole('button', { name: 'Change …' }).click();
  await question.getByLabel('Score, 0 to 10').fill('6');
  await question.getByLabel(/Reason/).fill('I think so.');
  const reviews = (await rest(`/sessions/${id}/report/reviews/`)).items;
  const theirs = {
    question_id: one.interaction_id,
    verdict: 'override',
    score: 9,
    reason: 'I do not.',
    seen: reviews.at(-2).number
  };
  const headers = { Authorization: `token ${token}` };
  const made = await fetch(`${url}/sessions/${id}/report/reviews/`, {
    method: 'POST',
    headers,
    body: JSON.stringify(theirs)
  });
  assert(made.status === 201, `the other review: ${made.status}`);
  await question.getByRole('button', { name: 'Save' }).click();
  await question.getByText('Somebody else decided meanwhile').waitFor();
  await question.getByText('Person: 9 of 10').waitFor();
  await picture(page, 'grader-7-meanwhile');
  const { items } = await rest(`/sessions/${id}/report/reviews/`);
  assert(items.length === reviews.length + 1, 'a decision was stored over one that was not seen');
  await question.getByRole('button', { name: 'Save' }).click();
  await question.getByText('Person: 6 of 10').waitFor();
  say('of two graders at once, the second one is told');
}

/** The older versions of the report are there to be read, not to be reviewed. */
async function compare(page, latest) {
  const picker = session(page).getByRole('combobox', { name: 'Version of the report' });
  await picker
    .locator('option:checked')
    .getByText(`Version ${latest} of ${latest}, after a review by`)
    .waitFor({ state: 'attached' });
  await picker.selectOption({ label: `Version 1 of ${latest}` });
  await session(page).getByText('It cannot be reviewed.').waitFor();
  assert((await session(page).getByText('Person: 7 of 10').count()) === 0, 'the first version knows of a review');
  assert(
    (await session(page)
      .getByRole('button', { name: /^(Confirm|Override|Change)/ })
      .count()) === 0,
    'an old version can be reviewed'
  );
  await picture(page, 'grader-4-older');
  await session(page).getByRole('button', { name: 'Show the latest' }).click();
  await session(page).getByText('Person: 7 of 10').waitFor();
  say('older versions can be read');
}

/** Watch a session that goes on, to its end. */
async function follow(page) {
  const { session_id: id } = await listed('Barbara Liskov');
  await page.evaluate(() => window.jupyterapp.commands.execute('codeassess:review'));
  await openSession(page, 'Barbara Liskov');
  const live = session(page).getByRole('button', { name: /^Live/ });
  const has = async text => (await shown(page)).includes(text);
  const appears = async text => {
    for (let n = 0; !(await has(text)); n++) {
      assert(n < 100, `${text} does not appear`);
      await page.waitForTimeout(100);
    }
  };
  const code = await shown(page);
  await write(page, id, 'slowest.py', `${code}\nfirst_live = 1\n`);
  await appears('first_live');
  await session(page).getByRole('slider').focus();
  await page.keyboard.press('Home');
  await write(page, id, 'slowest.py', `${code}\nfirst_live = 1\nsecond_live = 2\n`);
  await live.getByText(/new/).waitFor();
  assert((await shown(page)) === '', 'the replay did not stay where the grader was');
  await picture(page, 'grader-5-live');
  await live.click();
  await appears('second_live');
  say('a session that goes on is followed');

  await session(page).getByRole('checkbox', { name: 'Decisions' }).check();
  await session(page)
    .getByRole('option', { name: /(Not a|A)sked \(.+\): .+/ })
    .last()
    .click();
  await session(page)
    .getByRole('region', { name: 'At this moment' })
    .getByText(/sked \(.+\): .+/)
    .waitFor();
  await withAxe(page);
  await axe(page, 'a session that goes on', ['.jp-codeassess-Grader:not(.lm-mod-hidden *)']);
  await picture(page, 'grader-6-decisions');

  await session(page).getByRole('tab', { name: 'Report' }).click();
  await session(page).getByText('The candidate has not finished').waitFor();
  await fetch(`${url}/sessions/${id}/generate-report`, {
    method: 'POST',
    headers: { Authorization: `token ${token}` }
  });
  await session(page).getByRole('heading', { name: 'Questions and answers' }).waitFor();
  await page.evaluate(() => window.jupyterapp.commands.execute('codeassess:review'));
  await rows(page).filter({ hasText: 'Barbara Liskov' }).getByText('Ended').waitFor();
  say('its report and its line in the list came by themselves');
}

async function take(page) {
  const items = page.locator('.lm-Menu [role=menuitem]');
  const menu = session(page).getByRole('button', { name: 'Export' });
  await menu.click();
  const labels = await items.allTextContents();
  await page.keyboard.press('Escape');
  assert(await menu.evaluate(node => node === document.activeElement), 'the menu did not give the keyboard back');
  for (const label of labels) {
    await menu.click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      items.getByText(label, { exact: true }).click()
    ]);
    await download.saveAs(join(pictures, 'exports', download.suggestedFilename()));
  }
  say(`${labels.length} exports were saved`);
}

await run(async ({ page, problems }) => {
  await visitDashboard(page);
  await group(page);
  await filter(page);
  const { session_id: id, grading } = await listed('Ada Lovelace');
  const { items: replay } = await rest(`/sessions/${id}/replay/?limit=1000`);
  await openSession(page, 'Ada Lovelace');
  await watch(page, id, replay);
  const report = await rest(`/sessions/${id}/report/?format=json`);
  const [one, other] = report.questions.filter(({ response }) => response !== null).slice(-2);
  await jump(page, one.number);
  await review(page, id, report, one, other);
  await together(page, id, one);
  await compare(page, report.report.version + 4);
  await take(page);

  await session(page)
    .getByRole('article', { name: `Question ${other.number}` })
    .getByRole('button', { name: /^Answered at/ })
    .click();
  await session(page).getByRole('slider').waitFor();
  const chosen = await session(page).locator('.jp-codeassess-Event[aria-selected=true]').textContent();
  assert(chosen.includes(`Answer ${other.number}`), `the report leads to ${chosen}`);

  await page.evaluate(() => window.jupyterapp.commands.execute('codeassess:review'));
  const reviewed = [one, other].filter(({ evaluation }) => evaluation.needs_review); // the rest were settled by code
  const waiting = grading.waiting_for_review - reviewed.length;
  const cell = rows(page).filter({ hasText: 'Ada Lovelace' }).locator('.jp-codeassess-Waits');
  await (waiting > 0 ? cell.getByText(`${waiting} waiting`).waitFor() : cell.waitFor({ state: 'hidden' }));
  say('the dashboard knows of the reviews');

  await follow(page);

  await page.waitForTimeout(1500); // the layout is stored a moment later
  await page.reload({ waitUntil: 'domcontentloaded' });
  await dashboard(page).waitFor();
  await page.getByRole('tab', { name: /^Ada Lovelace/ }).click();
  await session(page).getByRole('slider').waitFor();
  say('everything is open again after a reload');
  const others = problems.filter(problem => !/409 \(Conflict\).*reviews/.test(problem)); // two graders at once
  assert(others.length === 0, `the console complained:\n${others.join('\n')}`);
});
