// Hard days: outputs of 20 MB, a kernel that is restarted, a login that has expired. Nothing typed is lost.
import {
  agree,
  assert,
  button,
  dismissing,
  keeping,
  open,
  panel,
  picture,
  please,
  record,
  rest,
  run,
  saved,
  say,
  session,
  show,
  type,
  visit,
  token,
  url
} from './driver.mjs';

const CELL = '.jp-Notebook .jp-Cell:first-child .cm-content';
const cells = page =>
  page.evaluate(() =>
    window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells.map(cell => cell.getSource())
  );

await run(async ({ page, context, problems }) => {
  await visit(page, 'outputs.ipynb');
  await agree(page);
  await type(page, CELL, 'mean = 1\nspread = 2');
  await saved(page);
  const snapshot = await record('outputs.ipynb');
  assert(snapshot.code.includes('spread = 2'), 'what was typed beside large outputs is not stored');
  assert(snapshot.bytes < 10_000, `the outputs were sent: ${snapshot.bytes} bytes`);
  say(`20 MB of outputs stay here: the snapshot has ${snapshot.bytes} bytes`);

  // The candidate runs a cell, restarts the kernel, and types on while it comes up.
  await page.evaluate(() => window.jupyterapp.commands.execute('notebook:run-cell'));
  await page.locator('.jp-Notebook .jp-InputPrompt', { hasText: '[1]' }).first().waitFor();
  await page.evaluate(() => void window.jupyterapp.shell.currentWidget.context.sessionContext.restartKernel());
  await type(page, CELL, 'after_restart = 3');
  await saved(page);
  assert(
    (await record('outputs.ipynb')).code.includes('after_restart = 3'),
    'what was typed during a restart is not stored'
  );
  const items = (await rest(`/sessions/${await session()}/interactions/?limit=1000`)).items;
  assert(
    items.some(({ payload }) => payload.kind === 'run' && payload.detail.success === true),
    'the run is not recorded'
  );
  say('a kernel that was restarted');

  // The login expires while the candidate types.
  await dismissing(page);
  await context.clearCookies();
  await please('expire');
  await type(page, CELL, 'while_expired = 4');
  await keeping(page, 'Not connected');
  await show(page);
  await panel(page).getByText('Log in again in another tab').waitFor();
  await picture(page, 'hardship-expired');
  await page.waitForTimeout(500); // the browser's own storage is quick, not instant
  const typed = await cells(page);
  await please('renew');
  const login = await open(context, problems);
  await login.goto(`${url}/lab?token=${token}`).catch(() => undefined);
  await login.close(); // else it may be the one that writes after the reload
  await visit(page, 'outputs.ipynb');
  const lost = page.locator('#jp-main-statusbar').getByText('Unsaved text was kept');
  await lost.click();
  await button(page, 'Bring it back').click();
  await saved(page);
  assert(JSON.stringify(await cells(page)) === JSON.stringify(typed), 'the cells are not what they were');
  assert(
    (await record('outputs.ipynb')).code.includes('while_expired = 4'),
    'what was typed while logged out is not stored'
  );
  assert((await rest('/sessions/')).items.length === 1, 'the reload began another session');
  say('a login that expired');
});
