// Offline for a while, in two tabs, and with a question put off: nothing is lost, and the words say what is going on.
import {
  agree,
  assert,
  button,
  dismissing,
  keeping,
  open,
  panel,
  picture,
  record,
  rest,
  run,
  saved,
  say,
  session,
  show,
  text,
  type,
  visit,
  token,
  url
} from './driver.mjs';

const CELL = '.jp-FileEditor .cm-content';

await run(async ({ page, context, problems }) => {
  await visit(page, 'work.py');
  await agree(page);
  await type(page, CELL, 'def add(a, b):\n    return a + b\n\nprint(add(1, 2))');
  await panel(page).locator('.jp-codeassess-Question').waitFor();

  await dismissing(page);
  await context.setOffline(true);
  await page.evaluate(() => window.jupyterapp.commands.execute('codeassess:show'));
  const lines = Array.from({ length: 60 }, (_, n) => `x${n} = ${n}`).join('\n');
  await type(page, CELL, lines);
  await page.waitForTimeout(30_000);
  say(await panel(page).locator('.jp-codeassess-Keeping').innerText());
  await keeping(page, 'kept on this computer');
  await picture(page, 'offline');
  await button(page, 'Skip').click();
  await panel(page).getByText('You skipped this question.').waitFor();
  await context.setOffline(false);
  await saved(page);
  const typed = await text(page, CELL);
  assert((await record('work.py')).code === typed, 'what was typed offline is not what is stored');
  const kinds = (await rest(`/sessions/${await session()}/interactions/?limit=1000`)).items.map(item => item.kind);
  assert(kinds.includes('question_deferred'), 'the question was not deferred');
  say('offline and back');

  const second = await open(context, problems);
  await second.goto(`${url}/lab/tree/work.ipynb?codeassess=${await session()}&token=${token}`);
  await second.locator('.jp-Notebook .jp-Cell').first().waitFor();
  await show(second);
  await keeping(second, 'Not recorded here');
  await picture(second, 'second-tab');
  await button(second, 'Write here instead').click();
  await saved(second);
  await keeping(page, 'Not recorded here');
  await button(page, 'Write here instead').click();
  await saved(page);
  await type(page, CELL, 'the_end = True');
  await saved(page);
  assert((await record('work.py')).code === (await text(page, CELL)), 'the text is another after two tabs');
  const offline = /ERR_INTERNET_DISCONNECTED|ERR_NETWORK|Failed to fetch|WebSocket/;
  const others = problems.filter(problem => !offline.test(problem));
  assert(others.length === 0, `the console complained:\n${others.join('\n')}`);
});
