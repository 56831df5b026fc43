/** What the page uses of @jupyterlab/coreutils. */
export { PageConfig } from '@jupyterlab/coreutils/lib/pageconfig';
export { PathExt } from '@jupyterlab/coreutils/lib/path';
export { Text } from '@jupyterlab/coreutils/lib/text';
export { URLExt } from '@jupyterlab/coreutils/lib/url';
