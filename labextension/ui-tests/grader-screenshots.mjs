// Pictures of what a grader sees, light, dark and narrow. Those of the documentation, or with ALL=1 in the environment
// every one, to be looked at: PYTHONPATH=tests python tests/lab/lab_sessions.py grader-screenshots FOLDER
import { assert, browse, picture as take, rest, token, url } from './driver.mjs';
import { listed, openSession, session, visitDashboard } from './grading.mjs';

const DOCUMENTATION = new Set([
  'dashboard',
  'timeline',
  'timeline-dark',
  'report',
  'review',
  'dashboard-dark',
  'report-dark',
  'review-dark'
]);
const REASON = 'It names the error and its cause, but not what would make the line work.';
const picture = (page, name) => (process.env.ALL || DOCUMENTATION.has(name) ? take(page, `grader-${name}`) : undefined);

/** Decide about the first answers of a candidate, as many as there are, so that there is something to see in the list. */
async function decide(candidate, scores) {
  const { session_id: id } = await listed(candidate);
  const { questions } = await rest(`/sessions/${id}/report/?format=json`);
  for (const [index, { interaction_id: question_id }] of questions.slice(0, scores.length).entries()) {
    const body = { question_id, verdict: 'override', score: scores[index], reason: 'As discussed.' };
    const headers = { Authorization: `token ${token}` };
    const answer = await fetch(`${url}/sessions/${id}/report/reviews`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers
    });
    assert(answer.status === 201, `${candidate}: ${answer.status}`);
  }
}

async function tour(page, name, candidate) {
  await visitDashboard(page);
  await page.evaluate(() => window.jupyterapp.shell.collapseLeft());
  await page.waitForTimeout(1500);
  await picture(page, `dashboard${name}`);
  await openSession(page, candidate);
  await page.waitForTimeout(500);
  await picture(page, `timeline-end${name}`);
  await session(page)
    .getByRole('option', { name: /Question 3/ })
    .click();
  await session(page)
    .getByRole('button', { name: /Go to the answer/ })
    .click();
  await page.mouse.move(2, 2);
  await page.waitForTimeout(500);
  await picture(page, `timeline${name}`);
  await session(page).getByRole('tab', { name: 'Report' }).click();
  await page.waitForTimeout(800);
  await picture(page, `report${name}`);
  const question = session(page).getByRole('article', { name: 'Question 3' });
  await question.getByRole('button', { name: 'Override …' }).click();
  await question.getByLabel('Score, 0 to 10').fill('7.5');
  await question.getByLabel(/Reason/).fill(REASON);
  await question.locator('form').scrollIntoViewIfNeeded();
  await picture(page, `review-form${name}`);
  await question.getByRole('button', { name: 'Save' }).click();
  await question.getByText(REASON).waitFor();
  await question.evaluate(node => node.scrollIntoView({ block: 'start' }));
  await page.mouse.move(2, 2);
  await page.waitForTimeout(500);
  await picture(page, `review${name}`);
}

async function wear(page, theme) {
  await page.goto(`${url}/lab?reset&token=${token}`, { waitUntil: 'domcontentloaded' });
  await page.waitForFunction(() => window.jupyterapp?.commands.hasCommand('apputils:change-theme'));
  await page.evaluate(theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme }), theme);
  await page.waitForTimeout(1500);
}

await decide('Grete Hermann', [1, 0, 2, 0]);
await decide('Rózsa Péter', [0, 4]);
const variants = [
  { name: '', theme: 'JupyterLab Light', width: 1280, candidate: 'Ada Lovelace' },
  { name: '-dark', theme: 'JupyterLab Dark', width: 1280, candidate: 'Edsger Dijkstra' },
  { name: '-narrow', theme: 'JupyterLab Light', width: 620, candidate: 'Frances Allen' }
];
for (const { name, theme, width, candidate } of variants) {
  const { page, close } = await browse({ viewport: { width, height: 860 } });
  await wear(page, theme);
  await tour(page, name, candidate);
  await close();
}
process.exit();
