// What goes wrong is said in a sentence that tells what to do, and loses nothing.
import {
  agree,
  assert,
  button,
  panel,
  picture,
  record,
  run,
  saved,
  say,
  session,
  show,
  stopRecording,
  text,
  token,
  type,
  url,
  visit
} from './driver.mjs';

const CELL = '.jp-FileEditor .cm-content';
const invite = (page, id) => visit(page, 'work.py', `&codeassess=${id}`);
const says = (page, words) => panel(page).getByText(words).first().waitFor();
const post = (path, body = '{}') =>
  fetch(`${url}${path}`, { method: 'POST', body, headers: { Authorization: `token ${token}` } }).then(r => r.json());

await run(async ({ page }) => {
  await invite(page, '01900000-0000-7000-8000-000000000000');
  await says(page, 'There is no such session');
  assert((await panel(page).getByText('I agree').count()) === 0, 'something else than the invitation can be begun');
  await picture(page, 'trouble-unknown');
  say('an unknown session');

  const ended = (await post('/sessions/')).session_id;
  await post(`/sessions/${ended}/generate-report`);
  await page.waitForTimeout(3000);
  await invite(page, ended);
  await says(page, 'Finished. Thank you.');
  say('an ended session');

  const starter_code = 'def mean(values):\n    ...\n';
  const task = { instructions: 'Write `mean` **and** `spread`.', starter_code, time_limit: 3600, show_report: true };
  const assessment = { title: 'Mean and spread', ...task };
  const { assessment_id } = await post('/assessments/', JSON.stringify(assessment));
  const invited = (await post('/sessions/', JSON.stringify({ assessment_id }))).session_id;
  await invite(page, invited);
  await says(page, 'Mean and spread');
  await says(page, 'Time: 60 minutes.');
  await picture(page, 'trouble-invited');
  await agree(page);
  assert((await session()) === invited, 'the invitation began another session');
  await says(page, '60 min left');
  say('an invitation');

  await stopRecording(page, 'work.py');
  await button(page, 'Open the code to begin with').click();
  await saved(page);
  assert((await record('mean-and-spread.py')).code === starter_code, 'the code to begin with is not what is recorded');
  await panel(page).getByText('Mean and spread', { exact: true }).click();
  await picture(page, 'trouble-task');
  await page.evaluate(() => window.jupyterapp.commands.execute('application:close'));
  await stopRecording(page, 'mean-and-spread.py');
  await button(page, 'Add work.py').click();
  say('the code to begin with');

  await type(page, CELL, 'small = 1');
  await saved(page);
  const small = await text(page, CELL);
  await page.evaluate(() => {
    const { model } = window.jupyterapp.shell.currentWidget.content;
    model.sharedModel.setSource('x'.repeat(1_048_577));
  });
  await says(page, 'Too large to be recorded');
  await picture(page, 'trouble-too-large');
  assert((await record('work.py')).code === small, 'the last smaller state is not what is stored');
  await page.evaluate(() => window.jupyterapp.shell.currentWidget.content.model.sharedModel.setSource('y = 2\n'));
  await panel(page).getByText('Too large to be recorded').waitFor({ state: 'detached' });
  await saved(page);
  assert((await record('work.py')).code === 'y = 2\n', 'a smaller text is not recorded again');
  say('a file that was too large for a while');

  await post(`/sessions/${invited}/generate-report`);
  await says(page, /Finish(ed|ing)/);
  await says(page, 'Finished. Thank you.');
  const [report] = await Promise.all([
    page.context().waitForEvent('page'),
    panel(page).getByText('Read the report').click()
  ]);
  await report.getByText('Mean and spread').first().waitFor();
  await report.close();
  say('a session that somebody else ended');
  await show(page);
});
