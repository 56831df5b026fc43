// A session from the first screen to the end, in a notebook, with a reload in the middle.
import {
  agree,
  assert,
  button,
  giveResults,
  panel,
  picture,
  rest,
  run,
  saved,
  say,
  session,
  show,
  text,
  type,
  visit
} from './driver.mjs';

const CODE = `def mean(values):
    total = 0
    for value in values:
        total += value
    return total / len(values)

print(mean([1, 2, 3]))`;
const ANSWER =
  'It adds up the values in a loop and divides the total by their number, so an empty list raises ZeroDivisionError.';
const CELL = '.jp-Notebook .jp-Cell .cm-content';

await run(async ({ page, problems }) => {
  await visit(page, 'work.ipynb');
  await show(page);
  await panel(page).getByText('What exactly is recorded').waitFor();
  assert((await rest('/sessions/')).items.length === 0, 'a session began before the candidate agreed');
  await picture(page, '1-consent');

  await agree(page);
  await panel(page).getByText('How it goes').waitFor();
  await panel(page).getByText('Just started').waitFor();
  await type(page, CELL, CODE);
  const focused = () => page.evaluate(() => document.activeElement?.className ?? '');
  assert((await focused()).includes('cm-content'), 'the cursor was not in the cell');
  const question = panel(page).locator('.jp-codeassess-Question');
  await question.waitFor();
  say('a question came');
  assert((await focused()).includes('cm-content'), 'the question took the focus');
  await page.locator('.jp-SideBar .jp-codeassess-mod-waiting').waitFor();
  await page.locator('#jp-main-statusbar').getByText('A question waits').waitFor();
  await question.locator('.jp-codeassess-Excerpt').waitFor();
  await picture(page, '2-question');

  await question.locator('.jp-codeassess-Link').click();
  await page.locator('.cm-line.jp-codeassess-asked').first().waitFor();
  await picture(page, '3-lines');

  const box = question.locator('textarea');
  await box.fill(ANSWER.slice(0, 40));
  await page.waitForTimeout(600);
  const typed = await text(page, CELL);
  await page.reload({ waitUntil: 'domcontentloaded' });
  await box.waitFor();
  await page.waitForFunction(() => document.querySelector('#codeassess-candidate textarea')?.value.length === 40);
  await button(page, 'Bring it back').waitFor();
  await picture(page, '4-reloaded');
  await button(page, 'Bring it back').click();
  await page.locator(CELL).getByText('total += value').waitFor();
  assert((await text(page, CELL)) === typed, 'what was typed before the reload is another text now');
  say('the page is back, with everything');

  await giveResults(page);
  await box.fill(ANSWER);
  await box.press('Control+Enter');
  await panel(page).locator('.jp-codeassess-Evaluation').waitFor();
  await saved(page);
  say('the answer was evaluated');
  await picture(page, '5-evaluation');

  await button(page, 'Finish …').click();
  await picture(page, '6-finish');
  await button(page, 'Finish now').click();
  await panel(page).getByText('1 last question about your code.').waitFor();
  await question.waitFor();
  await picture(page, '7-closing');
  await page.reload({ waitUntil: 'domcontentloaded' });
  await panel(page).getByText('Before you finish').waitFor();
  await giveResults(page);
  await box.fill(ANSWER);
  await box.press('Control+Enter');
  await panel(page).getByText('Finished. Thank you.').waitFor();
  await panel(page).getByText('Read the report').waitFor();
  assert(await panel(page).isVisible(), 'the end is not on screen');
  await picture(page, '8-ended');

  const { items } = await rest(`/sessions/${await session()}/interactions/`);
  const kinds = new Set(items.map(item => item.kind));
  for (const kind of [
    'activity',
    'code_update',
    'question_asked',
    'response_received',
    'evaluation',
    'finish',
    'report'
  ]) {
    assert(kinds.has(kind), `${kind} is not in the record`);
  }
  assert(items[0].kind === 'activity' && items[0].payload.kind === 'consent', 'the consent is not what came first');
  assert(problems.length === 0, `the console complained:\n${problems.join('\n')}`);
});
