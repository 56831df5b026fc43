import { ICommandPalette } from '@jupyterlab/apputils';
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ILauncher } from '@jupyterlab/launcher';
import type { TranslationBundle } from '@jupyterlab/translation';

import { assessIcon } from './panel/icons';
import type { CandidatePanel } from './panel/panel';

/** The commands of the candidate. */
export namespace CommandIDs {
  /** Open the panel and go to what is to be done there. */
  export const show = 'codeassess:show';
}

export function addCommands(
  app: JupyterFrontEnd,
  panel: CandidatePanel,
  trans: TranslationBundle,
  entries: { palette: ICommandPalette | null; launcher: ILauncher | null }
): void {
  const category = trans.__('Assessment');
  app.commands.addCommand(CommandIDs.show, {
    label: trans.__('Code assessment'),
    caption: trans.__('Write code that is recorded, and answer questions about it'),
    icon: assessIcon,
    execute: () => {
      app.shell.activateById(panel.id);
      panel.focus();
    }
  });
  entries.palette?.addItem({ command: CommandIDs.show, category });
  entries.launcher?.add({ command: CommandIDs.show, category: trans.__('CodeAssess'), rank: 1 });
}
