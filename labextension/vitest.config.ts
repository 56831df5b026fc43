import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    environment: 'node',
    // Jupyter's packages are made for bundlers: their imports name no file extensions.
    server: { deps: { inline: [/@jupyter\//, /@jupyterlab\//, /@lumino\//, /y-protocols/, /lib0/, /yjs/] } }
  }
});
