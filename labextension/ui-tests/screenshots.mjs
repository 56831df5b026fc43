// Pictures of the main screens: light, dark and narrow. Those of the documentation, or with ALL=1 in the environment
// every one, to be looked at.
import { agree, browse, button, finish, panel, picture as take, show, token, type, url, visit } from './driver.mjs';

const DOCUMENTATION = new Set([
  'consent',
  'question',
  'question-dark',
  'conversation',
  'ended-dark',
  'question-narrow'
]);
const picture = (page, name) => (process.env.ALL || DOCUMENTATION.has(name) ? take(page, name) : undefined);

const CODE = `def mean(values):
    total = 0
    for value in values:
        total += value
    return total / len(values)`;
const MORE = `
def spread(values):
    centre = mean(values)
    squares = [(value - centre) ** 2 for value in values]
    return mean(squares) ** 0.5`;
/** Which question comes is drawn for each session: answers that this code carries. */
const ANSWERS = [
  [/does len\(values\)/, 'For what has no length, a number or a generator: `TypeError`. An empty list gives 0.'],
  [/division/, 'For an empty list: `len(values)` is 0, and dividing by it raises `ZeroDivisionError`.'],
  [
    /./,
    'It is the sum of the values seen so far: each pass adds `value` to it, so after the last pass it holds them all.'
  ]
];

/** An answer to a question, and the result for its slot, if it is about a call of `mean` with numbers. */
function answerTo(question) {
  const numbers = /mean\(\[([-\d., ]+)\]\)/.exec(question)?.[1].split(',').map(Number);
  if (numbers === undefined) {
    return { answer: ANSWERS.find(([about]) => about.test(question))[1] };
  }
  if (/in place of line/.test(question)) {
    return { answer: `Nothing is added any more: total stays 0, and 0 / ${numbers.length} is 0.0.`, result: '0.0' };
  }
  const sum = numbers.reduce((before, number) => before + number, 0);
  const result = Number.isInteger(sum / numbers.length) ? `${sum / numbers.length}.0` : `${sum / numbers.length}`;
  return { answer: `The loop adds the values to ${sum}; ${sum} / ${numbers.length} values is ${result}.`, result };
}
const CELL = '.jp-Notebook .jp-Cell .cm-content';

async function tour(page, name) {
  await visit(page, 'work.ipynb');
  await show(page);
  await panel(page).getByText('What exactly is recorded').waitFor();
  await page.locator('.jp-Notebook .jp-Cell').first().waitFor();
  await page.waitForTimeout(1500);
  await picture(page, `consent${name}`);
  await agree(page);
  await picture(page, `begun${name}`);
  await page.locator(CELL).click();
  await page.keyboard.insertText(CODE);
  await panel(page).locator('.jp-codeassess-Question').waitFor();
  await panel(page).locator('.jp-codeassess-Link').first().click();
  await page.locator('.jp-codeassess-asked').first().waitFor();
  const question = await panel(page).locator('.jp-codeassess-Question .jp-codeassess-Written').innerText();
  const { answer, result } = answerTo(question);
  const slot = panel(page).locator('.jp-codeassess-Question input[type=text]');
  if (result !== undefined && (await slot.isVisible())) {
    await slot.fill(result);
  }
  await panel(page).locator('textarea').fill(answer);
  await picture(page, `question${name}`);
  await panel(page).locator('textarea').press('Control+Enter');
  await panel(page).locator('.jp-codeassess-Evaluation').waitFor();
  await picture(page, `evaluation${name}`);
  await type(page, CELL, MORE);
  await panel(page).locator('.jp-codeassess-Question').waitFor();
  await panel(page).locator('.jp-codeassess-Excerpt').first().waitFor();
  await page.waitForTimeout(300);
  await picture(page, `conversation${name}`);
  await button(page, 'Finish …').click();
  await page.locator('.jp-codeassess-Finish').scrollIntoViewIfNeeded();
  await picture(page, `finish${name}`);
  await button(page, 'Keep working').click();
  await finish(page);
  await page.waitForTimeout(300);
  await picture(page, `ended${name}`);
  await button(page, 'Close this session').click();
}

async function theme(page, name) {
  await page.goto(`${url}/lab?reset&token=${token}`, { waitUntil: 'domcontentloaded' });
  await page.waitForFunction(() => window.jupyterapp?.commands.hasCommand('apputils:change-theme'));
  await page.evaluate(theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme }), name);
  await page.waitForTimeout(1500);
}

async function empty(page) {
  await page.evaluate(async () => {
    const { contents } = window.jupyterapp.serviceManager;
    const model = await contents.get('work.ipynb');
    model.content.cells = model.content.cells.slice(0, 1).map(cell => ({ ...cell, source: '', outputs: [] }));
    await contents.save('work.ipynb', model);
  });
}

const variants = [
  { name: '', theme: 'JupyterLab Light', width: 1200 },
  { name: '-dark', theme: 'JupyterLab Dark', width: 1200 },
  { name: '-narrow', theme: 'JupyterLab Light', width: 700 }
];
for (const variant of variants) {
  const { page, close } = await browse({ viewport: { width: variant.width, height: 800 } });
  await theme(page, variant.theme);
  await empty(page);
  await tour(page, variant.name);
  await close();
}
process.exit();
