/** What the page uses of @jupyterlab/services. */
export { ServerConnection } from '@jupyterlab/services/lib/serverconnection';
