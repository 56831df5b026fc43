// How smooth 10,000 sessions and a history of 5,000 snapshots are:
//     PYTHONPATH=tests python tests/lab/lab_sessions.py grader-speed FOLDER
import { assert, run, say } from './driver.mjs';
import { dashboard, grouped, rows, session, visitDashboard } from './grading.mjs';

const SECONDS = 3;

/** Count the page's frames while `work` goes on; the longest one in ms. */
async function frames(page, what, work) {
  await page.evaluate(() => {
    const times = (window.frameTimes = []);
    const frame = now => {
      times.push(now);
      window.counting = requestAnimationFrame(frame);
    };
    window.counting = requestAnimationFrame(frame);
  });
  await work();
  const { rate, longest } = await page.evaluate(() => {
    cancelAnimationFrame(window.counting);
    const times = window.frameTimes;
    const gaps = times.slice(1).map((time, index) => time - times[index]);
    return { rate: (1000 * gaps.length) / (times.at(-1) - times[0]), longest: Math.max(...gaps) };
  });
  say(`${what}: ${rate.toFixed(0)} frames/s, the longest ${longest.toFixed(0)} ms`);
}

async function list(page) {
  const begun = Date.now();
  await page.evaluate(() => window.jupyterapp.commands.execute('codeassess:review'));
  await dashboard(page).getByText('Ada Lovelace').waitFor();
  say(`dashboard: first rows after ${Date.now() - begun} ms`);
  const loaded = await rows(page).count();
  assert(loaded < 200, `${loaded} rows are in the page`);
  await frames(page, 'scrolling 10,000 rows', () =>
    page.evaluate(
      seconds =>
        new Promise(done => {
          const table = document.querySelector('.jp-codeassess-Table');
          const end = performance.now() + 1000 * seconds;
          const step = () => {
            table.scrollTop += 700;
            if (performance.now() < end) {
              requestAnimationFrame(step);
            } else {
              done();
            }
          };
          step();
        }),
      SECONDS
    )
  );
  const whole = Date.now();
  await page.locator('.jp-codeassess-Table').focus();
  while ((await dashboard(page).getByText('10,001 sessions').count()) === 0) {
    await page.keyboard.press('End');
    await page.waitForTimeout(20);
  }
  say(`dashboard: at the last of 10,001 rows after ${Date.now() - whole} ms`);
  await grouped(page, false);
  const sorted = Date.now();
  await dashboard(page).getByRole('columnheader').getByRole('button', { name: 'Candidate' }).click();
  await page.waitForFunction(() =>
    document.querySelector('.jp-codeassess-Rows .jp-codeassess-Row')?.textContent.startsWith('Ada Lovelace')
  );
  say(`dashboard: sorted by candidate after ${Date.now() - sorted} ms`);
  const search = await page.evaluate(async () => {
    const field = document.querySelector('.jp-codeassess-Toolbar [type=search]');
    const before = performance.now();
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, 'ada');
    field.dispatchEvent(new Event('input', { bubbles: true }));
    while (document.querySelectorAll('.jp-codeassess-Rows .jp-codeassess-Row').length !== 1) {
      await new Promise(requestAnimationFrame);
    }
    return performance.now() - before;
  });
  say(`dashboard: a search is on screen after ${search.toFixed(0)} ms`);
}

/** Open the session; first the code of its last snapshot is there, then the whole history. */
async function open(page) {
  const times = await page.evaluate(async () => {
    const begun = performance.now();
    const until = async found => {
      while (!found()) {
        await new Promise(requestAnimationFrame);
      }
      return performance.now() - begun;
    };
    document.querySelector('.jp-codeassess-Rows button').click();
    const first = await until(() => document.querySelectorAll('.jp-codeassess-Code .cm-line').length > 10);
    const whole = await until(() => document.querySelector('[aria-label="Play (Space)"]:enabled'));
    return { first, whole };
  });
  say(`timeline: first frame after ${times.first.toFixed(0)} ms, whole history after ${times.whole.toFixed(0)} ms`);
}

async function scrub(page) {
  const area = await session(page).locator('.jp-codeassess-Area').boundingBox();
  const [left, y] = [area.x + 2, area.y + 50];
  const seen = new Set();
  await page.mouse.move(left, y);
  await page.mouse.down();
  await frames(page, 'scrubbing 5,000 snapshots', async () => {
    const end = Date.now() + 1000 * SECONDS;
    for (let n = 0; Date.now() < end; n++) {
      await page.mouse.move(left + ((n * 13) % (area.width - 4)), y);
      seen.add(await session(page).getByRole('slider').getAttribute('aria-valuetext'));
    }
  });
  await page.mouse.up();
  say(`scrubbing: ${seen.size} moments were shown`);
  const each = await page.evaluate(async () => {
    const area = document.querySelector('.jp-codeassess-Area');
    const { left, width, top } = area.getBoundingClientRect();
    const times = [];
    area.setPointerCapture = () => undefined;
    area.hasPointerCapture = () => true;
    for (let n = 0; n < 200; n++) {
      const before = performance.now();
      const clientX = left + ((n * 37) % width);
      area.dispatchEvent(new PointerEvent('pointermove', { bubbles: true, pointerId: 1, clientX, clientY: top + 50 }));
      area.getBoundingClientRect();
      times.push(performance.now() - before);
      await new Promise(requestAnimationFrame);
    }
    return times.sort((one, other) => one - other);
  });
  say(`scrubbing: ${each[100].toFixed(1)} ms for a moment at the median, ${each[190].toFixed(1)} ms at p95`);
}

await run(async ({ page }) => {
  await visitDashboard(page);
  await page.evaluate(() => window.jupyterapp.shell.currentWidget.close());
  await page.waitForTimeout(1000);
  await list(page);
  await open(page);
  await scrub(page);
});
