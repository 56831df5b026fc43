// Bundle the service's page into codeassess_ext/page: `node page/build.mjs [--development]`.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { build } from 'esbuild';

const HERE = dirname(fileURLToPath(import.meta.url));
const OUTPUT = join(HERE, '../../codeassess_ext/page');
const development = process.argv.includes('--development');

/** In JupyterLab these packages are there and shared. Here the bundle gets of each what the page uses (src/page/parts). */
const parts = {
  name: 'parts',
  setup({ onResolve }) {
    onResolve({ filter: /^@jupyterlab\/[a-z-]+$/ }, ({ path }) => ({
      path: join(HERE, '../src/page/parts', `${path.slice('@jupyterlab/'.length)}.ts`)
    }));
  }
};

rmSync(OUTPUT, { recursive: true, force: true });
mkdirSync(OUTPUT, { recursive: true });
const { metafile } = await build({
  absWorkingDir: join(HERE, '..'),
  entryPoints: { page: 'src/page/main.ts', style: 'style/page.css' },
  outdir: OUTPUT,
  entryNames: '[name]-[hash]',
  chunkNames: 'part-[hash]',
  assetNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  target: ['chrome111', 'firefox115', 'safari16.4'],
  minify: !development,
  sourcemap: development && 'linked',
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  define: { 'process.env.NODE_ENV': development ? '"development"' : '"production"', global: 'globalThis' },
  loader: { '.svg': 'text' },
  plugins: [parts]
});

for (const file of readdirSync(OUTPUT).filter(file => !file.endsWith('.map'))) {
  writeFileSync(join(OUTPUT, `${file}.gz`), gzipSync(readFileSync(join(OUTPUT, file)), { level: 9 }));
}

const named = entry => basename(Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === entry)[0]);
const html = readFileSync(join(HERE, 'index.html'), 'utf8')
  .replace('{{script}}', named('src/page/main.ts'))
  .replace('{{style}}', named('style/page.css'));
writeFileSync(join(OUTPUT, 'index.html'), html);
if (process.env.CODEASSESS_PAGE_META) {
  writeFileSync(process.env.CODEASSESS_PAGE_META, JSON.stringify(metafile));
}
