/** What the page uses of @jupyterlab/translation. */
export { nullTranslator } from '@jupyterlab/translation/lib/base';
