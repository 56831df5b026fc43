/** What the page uses of @jupyterlab/statedb. */
export { DataConnector } from '@jupyterlab/statedb/lib/dataconnector';
