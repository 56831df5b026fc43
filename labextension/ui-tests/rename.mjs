// A document with another name is the same document: renamed, saved as another, moved with its folder, renamed while closed.
import {
  agree,
  assert,
  button,
  panel,
  picture,
  please,
  recordedAs,
  rest,
  run,
  say,
  session,
  stopRecording,
  type,
  visit
} from './driver.mjs';

const CELL = '.jp-FileEditor .cm-content';
const status = page => page.locator('#jp-main-statusbar');
const banner = page => page.locator('.jp-codeassess-Banner:visible');

/** What is recorded under this name is what stands in the editor. */
async function recorded(page, path, cell = CELL) {
  await type(page, cell, `name = '${path}'`);
  await recordedAs(page, path, cell);
  say(`recorded as ${path}`);
}

async function renames() {
  const { items } = await rest(`/sessions/${await session()}/interactions/?limit=1000&kind=activity`);
  return items
    .filter(({ payload }) => payload.kind === 'document_renamed')
    .map(({ payload: { detail } }) => `${detail.from} ${detail.to}`);
}

await run(async ({ page, problems }) => {
  await visit(page, 'work.py');
  await agree(page);
  await recorded(page, 'work.py');
  await page.evaluate(() => window.jupyterapp.shell.currentWidget.context.rename('renamed.py'));
  await recorded(page, 'renamed.py');

  await page.evaluate(() => window.jupyterapp.commands.execute('docmanager:save'));
  await page.evaluate(() => void window.jupyterapp.commands.execute('docmanager:save-as'));
  const name = page.locator('.jp-Dialog input');
  await name.fill('copy.py');
  await page.locator('.jp-Dialog .jp-mod-accept').click();
  await page.waitForFunction(() => window.jupyterapp.shell.currentWidget?.context?.path === 'copy.py');
  await page.locator('.jp-FileEditor:visible .cm-content').waitFor();
  await recorded(page, 'copy.py');

  await page.evaluate(async () => {
    const { contents } = window.jupyterapp.serviceManager;
    const { path } = await contents.newUntitled({ type: 'directory' });
    await contents.rename(path, 'one');
    await contents.rename('copy.py', 'one/copy.py');
  });
  await recorded(page, 'one/copy.py');
  await page.evaluate(() => void window.jupyterapp.serviceManager.contents.rename('one', 'two'));
  await page.locator('#jp-main-statusbar').waitFor();
  await page.waitForFunction(() => window.jupyterapp.shell.currentWidget.context.path === 'two/copy.py');
  await recorded(page, 'two/copy.py');

  await page.evaluate(() => window.jupyterapp.commands.execute('docmanager:save'));
  await page.evaluate(() => window.jupyterapp.commands.execute('application:close'));
  await page.locator(CELL).waitFor({ state: 'detached' });
  await page.evaluate(() => void window.jupyterapp.serviceManager.contents.rename('two/copy.py', 'last.py'));
  await button(page, 'Stop recording last.py …').waitFor();
  await page.evaluate(() => void window.jupyterapp.commands.execute('docmanager:open', { path: 'last.py' }));
  await page.locator(CELL).waitFor();
  await recorded(page, 'last.py');

  await page.evaluate(() => window.jupyterapp.commands.execute('docmanager:save'));
  await please('move last.py to moved.py'); // in a terminal: its editor stays open, and no one tells
  await page.evaluate(() => void window.jupyterapp.commands.execute('docmanager:open', { path: 'moved.py' }));
  await button(page, 'Stop recording moved.py …').waitFor();
  await recorded(page, 'moved.py', '.jp-FileEditor:visible .cm-content');
  await page.evaluate(() => window.jupyterapp.commands.execute('docmanager:save'));
  await please('move moved.py to other.py, changed');
  await page.evaluate(() => void window.jupyterapp.commands.execute('docmanager:open', { path: 'other.py' }));
  await banner(page).getByText('moved.py is not there any more, and this document is not recorded.').waitFor();
  await picture(page, 'rename-vanished');
  await banner(page).getByRole('button', { name: 'Go on with it here' }).click();
  await button(page, 'Stop recording other.py …').waitFor();
  await recorded(page, 'other.py', '.jp-FileEditor:visible .cm-content');
  await page.evaluate(() => window.jupyterapp.commands.execute('docmanager:save'));
  await page.evaluate(() => window.jupyterapp.commands.execute('application:close-all'));
  await page.evaluate(() => void window.jupyterapp.serviceManager.contents.rename('other.py', 'last.py'));
  await button(page, 'Stop recording last.py …').waitFor();

  const expected = [
    'work.py renamed.py',
    'renamed.py copy.py',
    'copy.py one/copy.py',
    'one/copy.py two/copy.py',
    'two/copy.py last.py',
    'last.py moved.py',
    'moved.py other.py',
    'other.py last.py'
  ];
  assert((await renames()).join() === expected.join(), `the record says: ${await renames()}`);

  await page.evaluate(() => void window.jupyterapp.commands.execute('docmanager:open', { path: 'work.ipynb' }));
  await status(page).getByText('Not recorded: work.ipynb').waitFor();
  await page.evaluate(() => void window.jupyterapp.commands.execute('docmanager:open', { path: 'last.py' }));
  await status(page).getByText('Not recorded').waitFor({ state: 'detached' });
  await stopRecording(page, 'last.py');
  await banner(page).getByText('not recorded any more').waitFor();
  await status(page).getByText('Not recorded: last.py').waitFor();
  await picture(page, 'rename-taken-out');
  await banner(page).getByRole('button', { name: 'Record it again' }).click();
  await banner(page).waitFor({ state: 'detached' });
  assert(
    await page.evaluate(() => document.activeElement?.closest('.jp-FileEditor') !== null),
    'the keyboard did not come back to the document'
  );
  await recorded(page, 'last.py');
  say('the status speaks of the document in front');
  await panel(page).waitFor();
  const others = problems.filter(problem => !/contents\/(copy|last|moved|other)\.py/.test(problem)); // whether there is one is asked
  assert(others.length === 0, `the console complained:\n${others.join('\n')}`);
});
