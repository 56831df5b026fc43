// What recording adds to the main thread's time for a keystroke in a notebook of 2,000 lines: typed in turns, recorded and
// not recorded, in the same lines of the same page.
//     PYTHONPATH=tests python tests/lab/lab_running.py latency FOLDER
import { agree, button, run, saved, say, stopRecording, visit } from './driver.mjs';

const ROUNDS = 4;
const KEYS = 90;
const CELL = '.jp-Notebook .jp-Cell.jp-mod-active .cm-content';
/** As it passed, and as the processor was at work on it, which neighbours on a busy machine do not change. */
const CLOCKS = { passed: 'timeTicks', worked: 'threadTicks' };

/** Asks how long (ms) the page's main thread was busy until now, by each clock. */
async function clocks(page) {
  const clients = await Promise.all(
    Object.entries(CLOCKS).map(async ([name, timeDomain]) => {
      const client = await page.context().newCDPSession(page);
      await client.send('Performance.enable', { timeDomain });
      return [name, client];
    })
  );
  return async () => {
    const times = {};
    for (const [name, client] of clients) {
      const { metrics } = await client.send('Performance.getMetrics');
      times[name] = 1000 * metrics.find(metric => metric.name === 'TaskDuration').value;
    }
    return times;
  };
}

/** Time (ms) that the page was busy in each stretch of 60 ms that begins with a keystroke, by each clock. */
async function measure(page, busy) {
  await page.locator(CELL).click();
  await page.keyboard.press('Control+End');
  const times = { passed: [], worked: [] };
  for (let n = 0; n < KEYS; n++) {
    const before = await busy();
    await page.keyboard.press(n % 30 === 29 ? 'Enter' : 'x');
    await page.waitForTimeout(60);
    const after = await busy();
    Object.keys(times).forEach(name => times[name].push(after[name] - before[name]));
  }
  await page.evaluate(() =>
    window.jupyterapp.shell.currentWidget.content.activeCell.model.sharedModel.setSource('x = 1\n'.repeat(20))
  );
  await page.waitForTimeout(1000);
  return times;
}

const sorted = times => [...times].sort((a, b) => a - b);
const at = share => times => sorted(times)[Math.floor(share * (times.length - 1))];
const mean = times => times.reduce((sum, time) => sum + time, 0) / times.length;

await run(async ({ page }) => {
  await visit(page, 'long.ipynb');
  await page.waitForTimeout(3000);
  await page.locator('.jp-Notebook .jp-Cell .cm-content').first().click();
  const busy = await clocks(page);
  await agree(page);
  await measure(page, busy); // warms up, and brings the first question
  const found = { bare: [], recorded: [] };
  for (let round = 0; round < ROUNDS; round++) {
    await stopRecording(page, 'long.ipynb');
    found.bare.push(await measure(page, busy));
    await button(page, 'Add long.ipynb').click();
    await saved(page);
    found.recorded.push(await measure(page, busy));
  }
  for (const name of Object.keys(CLOCKS)) {
    const [bare, recorded] = [found.bare, found.recorded].map(rounds => rounds.flatMap(times => times[name]));
    const added = figure => (figure(recorded) - figure(bare)).toFixed(2);
    say(`time that ${name}: p95 ${at(0.95)(bare).toFixed(2)} ms, recorded ${at(0.95)(recorded).toFixed(2)} ms`);
    say(`  added: ${added(mean)} ms mean, ${added(at(0.5))} ms median, ${added(at(0.95))} ms p95`);
  }
  await saved(page);
});
