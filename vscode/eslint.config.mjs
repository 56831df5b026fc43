import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
  globalIgnores(['dist/', '*.mjs']),
  js.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    // A new state has to be shown somewhere.
    rules: { '@typescript-eslint/switch-exhaustiveness-check': 'error' }
  },
  // node:test gives back a promise that nobody has to await.
  { files: ['tests/**'], rules: { '@typescript-eslint/no-floating-promises': 'off' } }
);
