// What a notebook and a file look like in the record after everything that a person does with them.
import {
  agree,
  assert,
  button,
  record,
  rest,
  run,
  saved,
  say,
  session,
  stopRecording,
  text,
  type,
  visit
} from './driver.mjs';

const CELLS = '.jp-Notebook .jp-Cell';
const command = (page, id, args) =>
  page.evaluate(([id, args]) => window.jupyterapp.commands.execute(id, args), [id, args]);

/** The notebook as it must be recorded, told from Lab's own model. */
const notebook = page =>
  page.evaluate(() => {
    const { model } = window.jupyterapp.shell.currentWidget.content;
    const lines = cell =>
      cell.type === 'code'
        ? cell.source
        : cell.source
            .split('\n')
            .map(line => (line ? `# ${line}` : '#'))
            .join('\n');
    return [...model.cells]
      .map(cell => ({ id: cell.id, type: cell.type, source: cell.sharedModel.getSource() }))
      .map(cell => `# %%${cell.type === 'code' ? '' : ` [${cell.type}]`} id="${cell.id}"\n${lines(cell)}\n`)
      .join('\n');
  });

await run(async ({ page, problems }) => {
  await visit(page, 'work.ipynb');
  await agree(page);
  await page.waitForTimeout(500);
  const same = async (what, path, expected) => {
    await page.waitForTimeout(400);
    await saved(page);
    const { code } = await record(path);
    assert(code === expected, `${what}: recorded is\n${code}\nexpected was\n${expected}`);
    say(what);
  };

  await type(page, `${CELLS}:nth-child(1) .cm-content`, 'one = 1\nprint(one)');
  await same('typed', 'work.ipynb', await notebook(page));
  await command(page, 'notebook:insert-cell-below');
  await type(page, `.jp-Cell.jp-mod-active .cm-content`, 'A *note*');
  await command(page, 'notebook:change-cell-to-markdown');
  await same('a Markdown cell', 'work.ipynb', await notebook(page));
  await command(page, 'notebook:move-cell-up');
  await same('moved', 'work.ipynb', await notebook(page));
  await command(page, 'notebook:insert-cell-below');
  await page.locator('.jp-Cell.jp-mod-active .cm-content').click();
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData('text/plain', 'pasted = [\n    1,\n    2,\n]\nraise ValueError("no")');
    document.activeElement.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
    );
  });
  await same('pasted', 'work.ipynb', await notebook(page));
  await command(page, 'notebook:split-cell-at-cursor');
  await same('split', 'work.ipynb', await notebook(page));
  await command(page, 'notebook:undo-cell-action');
  await page.keyboard.press('Escape');
  await same('undone', 'work.ipynb', await notebook(page));
  await command(page, 'notebook:run-all-cells');
  await page.locator('.jp-OutputArea-output').getByText('ValueError').first().waitFor();
  await page.waitForTimeout(500);
  await command(page, 'notebook:delete-cell');
  await same('deleted', 'work.ipynb', await notebook(page));
  await command(page, 'docmanager:save');
  await page.waitForTimeout(500);

  await command(page, 'docmanager:open', { path: 'work.py' });
  const file = '.jp-FileEditor .cm-content';
  await page.locator(file).waitFor();
  await type(page, file, 'secret = 1');
  await page.waitForTimeout(600);
  const id = await session();
  const stored = async () => (await rest(`/sessions/${id}/snapshots/?limit=1000`)).items;
  assert(
    (await stored()).every(item => item.document === 'work.ipynb'),
    'a file was recorded that was not in the session'
  );
  await button(page, 'Add work.py').click();
  await type(page, file, 'open = "ä"\n\n');
  await same('a file beside the notebook', 'work.py', await text(page, file));
  await stopRecording(page, 'work.py');
  const before = (await stored()).length;
  await type(page, file, 'secret = 2');
  await page.waitForTimeout(600);
  assert((await stored()).length === before, 'a file was recorded after it was taken out of the session');
  await button(page, 'Add work.py').click();
  await same('a file that was put back', 'work.py', await text(page, file));
  await button(page, 'Stop recording work.ipynb …').waitFor();

  const { items } = await rest(`/sessions/${id}/interactions/?limit=1000`);
  const causes = new Set(items.filter(item => item.kind === 'code_update').map(item => item.payload.cause));
  for (const cause of ['open', 'paste', 'undo']) {
    assert(causes.has(cause), `no update says that it was ${cause}: ${[...causes]}`);
  }
  const happened = items.filter(item => item.kind === 'activity').map(item => item.payload);
  const runs = happened.filter(payload => payload.kind === 'run').map(payload => payload.detail.success);
  assert(runs.includes(true) && runs.includes(false), `runs: ${runs}`);
  assert(
    happened.some(payload => payload.kind === 'save'),
    'saving was not recorded'
  );
  assert(problems.length === 0, `the console complained:\n${problems.join('\n')}`);
});
