/** What the page uses of @jupyterlab/codemirror. */
export { EditorLanguageRegistry } from '@jupyterlab/codemirror/lib/language';
export { jupyterTheme } from '@jupyterlab/codemirror/lib/theme';
