import type { JupyterFrontEnd } from '@jupyterlab/application';
import { ServerConnection } from '@jupyterlab/services';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';

const SETTINGS = 'codeassess:candidate';

/** The server that records: this one, or the one that the settings name. */
export async function connectionTo(
  app: JupyterFrontEnd,
  registry: ISettingRegistry | null
): Promise<ServerConnection.ISettings> {
  const own = app.serviceManager.serverSettings;
  const url = (await registry?.load(SETTINGS).catch(() => null))?.composite['serverUrl'];
  if (typeof url !== 'string' || url === '') {
    return own;
  }
  const baseUrl = new URL(url, window.location.href).href;
  return ServerConnection.makeSettings({ ...own, baseUrl, wsUrl: baseUrl.replace(/^http/, 'ws') });
}
