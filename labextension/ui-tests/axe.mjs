// What keeps people out, as axe-core finds it.
import { readFileSync } from 'node:fs';

import { assert, say } from './driver.mjs';

const AXE = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

export async function withAxe(page) {
  await page.addScriptTag({ content: AXE });
}

/** Fail if there is anything serious, or a heading out of its order, inside those of the `selectors` that are on screen. */
export async function check(page, screen, selectors) {
  const found = await page.evaluate(async selectors => {
    const include = selectors.filter(selector => document.querySelector(selector)).map(selector => [selector]);
    const { violations } = await window.axe.run({ include });
    return violations
      .filter(({ id, impact }) => impact === 'serious' || impact === 'critical' || id === 'heading-order')
      .map(({ id, nodes }) => `${id}: ${nodes.map(node => `${node.html} ${node.any[0]?.message ?? ''}`).join(', ')}`);
  }, selectors);
  assert(found.length === 0, `${screen}: ${found.join('\n')}`);
  say(`${screen}: nothing serious`);
}
