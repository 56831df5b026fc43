// Copies what is packed into the extension from the rest of the project: the wheel, and the pictures of the walkthrough.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

const WHEELS = process.env.CODEASSESS_WHEELS || '../dist';
const PICTURES = '../docs/images';
const WALKTHROUGH = 'media/walkthrough';

function empty(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}

empty('wheel');
for (const file of existsSync(WHEELS) ? readdirSync(WHEELS) : []) {
  if (/^codeassess-.*\.whl$/.test(file)) {
    copyFileSync(path.join(WHEELS, file), path.join('wheel', file));
  }
}

empty(WALKTHROUGH);
const manifest = readFileSync('package.json', 'utf8');
for (const [, file] of manifest.matchAll(/"media\/walkthrough\/([^"]+)"/g)) {
  copyFileSync(path.join(PICTURES, file), path.join(WALKTHROUGH, file));
}
