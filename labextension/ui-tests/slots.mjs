// A question with fields for what code can check: filled in with the keyboard alone, kept over a reload, shown to graders.
import { check as axe, withAxe } from './axe.mjs';
import { assert, button, finish, panel, picture, please, rest, run, say, show, visit } from './driver.mjs';

const id = await please('session');
const field = (page, name) => panel(page).getByRole('textbox', { name });
const focused = page =>
  page.evaluate(() => document.activeElement?.getAttribute('name') ?? document.activeElement?.tagName);

async function fill(page) {
  const choices = panel(page).getByRole('radio');
  await choices.first().focus();
  await page.keyboard.press('ArrowDown');
  assert(await choices.nth(1).isChecked(), 'the choices do not follow the arrow keys');
  await page.keyboard.press('Enter');
  await page.keyboard.type('1.5');
  await page.keyboard.press('Enter');
  await page.keyboard.type('4');
  await page.keyboard.press('Enter');
  assert((await focused(page)) === 'TEXTAREA', `Enter leads to ${await focused(page)}, not to the reason`);
  assert(
    (await rest(`/sessions/${id}/interactions/?kind=response_received`)).items.length === 0,
    'Enter sent the answer'
  );
  say('Enter goes from field to field');
}

await run(async ({ page, problems }) => {
  await visit(page, 'work.py', `&codeassess=${id}`);
  await show(page);
  await button(page, 'I agree, begin').click();
  await panel(page).locator('.jp-codeassess-Slot').nth(2).waitFor();
  await withAxe(page);
  await axe(page, 'a question with fields', ['#codeassess-candidate']);
  await fill(page);
  await picture(page, 'slots-1-filled');
  await page.waitForTimeout(600); // drafts are kept a moment after the last key
  await page.reload({ waitUntil: 'domcontentloaded' });
  await page.locator('.jp-FileEditor .cm-content').waitFor(); // it takes the keyboard when it opens
  await field(page, /returns/).waitFor();
  await page.waitForFunction(
    () => [...document.querySelectorAll('.jp-codeassess-Slot [type=text]')].map(input => input.value).join() === '1.5,4'
  );
  assert(await panel(page).getByRole('radio').nth(1).isChecked(), 'the choice did not survive the reload');
  say('what was begun is there after a reload');

  await panel(page).getByRole('textbox', { name: /Why/ }).fill('`len([])` is 0, and dividing by it raises.');
  await panel(page).getByRole('textbox', { name: /Why/ }).press('Control+Enter');
  await panel(page).locator('.jp-codeassess-Evaluation').waitFor();
  const [given] = (await rest(`/sessions/${id}/interactions/?kind=response_received`)).items;
  const { raises, value, line } = given.payload.slots;
  assert(raises === 'raises ZeroDivisionError' && value === '1.5' && line === '4', JSON.stringify(given.payload));
  await panel(page).locator('.jp-codeassess-Given').getByText('1.5').waitFor();
  const score = await panel(page).locator('.jp-codeassess-Score').innerText();
  assert(/of 10/.test(score), `the score is told as ${score}`);
  say(`sent, and evaluated: ${score}`);
  await picture(page, 'slots-2-evaluated');

  await finish(page);
  await page.evaluate(session => window.jupyterapp.commands.execute('codeassess:open-session', { session }), id);
  const report = page.getByRole('tab', { name: 'Report' });
  await report.click();
  const slots = page.locator('.jp-codeassess-Slots > li');
  await slots.nth(2).waitFor();
  const verdicts = await slots.locator('> .jp-codeassess-Verdict').allInnerTexts();
  assert(verdicts.join() === 'Right,Right,Wrong', verdicts.join());
  await slots.nth(2).getByText('Accepted: 5').waitFor();
  await page
    .locator('.jp-codeassess-Asked')
    .getByText(/^Examiner: (.+ of 10|No score yet)/)
    .waitFor();
  await picture(page, 'slots-3-report');
  assert(problems.length === 0, `the console complained:\n${problems.join('\n')}`);
});
