// The main thread's time for a keystroke in a notebook of 2,000 lines, recorded and not recorded, in one run.
import { agree, button, panel, rest, run, saved, say, show, visit } from './driver.mjs';

const KEYS = 150;
const CELL = '.jp-Notebook .jp-Cell.jp-mod-active .cm-content';

/** Time (ms, sorted) that the page was busy in each stretch of 60 ms that begins with a keystroke. */
async function measure(page) {
  await page.locator(CELL).click();
  await page.keyboard.press('Control+End');
  const client = await page.context().newCDPSession(page);
  await client.send('Performance.enable');
  const busy = async () => {
    const { metrics } = await client.send('Performance.getMetrics');
    return 1000 * metrics.find(metric => metric.name === 'TaskDuration').value;
  };
  const times = [];
  for (let n = 0; n < KEYS; n++) {
    const before = await busy();
    await page.keyboard.press(n % 30 === 29 ? 'Enter' : 'x');
    await page.waitForTimeout(60);
    times.push((await busy()) - before);
  }
  return times.sort((a, b) => a - b);
}

const at = (times, share) => times[Math.floor(share * (times.length - 1))].toFixed(2);
const tell = (name, times) => say(`${name}: median ${at(times, 0.5)} ms, p95 ${at(times, 0.95)} ms`);

await run(async ({ page }) => {
  await visit(page, 'long.ipynb');
  await page.waitForTimeout(3000);
  tell('warm-up', await measure(page));
  const bare = await measure(page);
  await agree(page);
  const recorded = await measure(page);
  tell('not recorded', bare);
  tell('recorded', recorded);
  say(`added at p95: ${(at(recorded, 0.95) - at(bare, 0.95)).toFixed(2)} ms`);
  await saved(page);
});
