// What the scenarios of the service's page check on each screen: colours, accessibility, nothing too wide.
import { check } from './axe.mjs';
import { readFileSync } from 'node:fs';
import { assert } from './driver.mjs';

const AXE = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

/** Wait until the page has the colours of the scheme, and nothing moves any more. */
async function settled(page, scheme) {
  await page.waitForFunction(
    dark => window.matchMedia('(prefers-color-scheme: dark)').matches === dark,
    scheme === 'dark'
  );
  await page.evaluate(async () => {
    await new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    const ending = document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity);
    await Promise.all(ending.map(({ finished }) => finished.catch(() => {})));
  });
}

/** Nothing serious in both schemes; and nothing to be scrolled sideways. */
export async function looksRight(page, screen) {
  await page.evaluate(AXE); // not as a script of the page: its policy forbids that
  for (const width of [1366, 400]) {
    await page.setViewportSize({ width, height: 800 });
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await settled(page, colorScheme);
      await check(page, `${screen}, ${colorScheme}, ${width}`, ['body']);
    }
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert(wide <= 0, `${screen} is ${wide} px too wide at ${width}`);
  }
  await page.setViewportSize({ width: 1366, height: 800 });
}
