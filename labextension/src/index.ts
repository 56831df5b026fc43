import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { PageConfig } from '@jupyterlab/coreutils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IEditorTracker } from '@jupyterlab/fileeditor';
import { ILauncher } from '@jupyterlab/launcher';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { addCommands, CommandIDs } from './commands';
import { Api } from './connection/api';
import { connectionTo } from './connection/server';
import { openStore, type Database } from './connection/store';
import { grader } from './grader/lab/plugin';
import { takeCode } from './panel/arrival';
import { Banners } from './panel/banners';
import { Memory } from './panel/memory';
import { CandidateModel } from './panel/model';
import { CandidatePanel } from './panel/panel';
import { StatusItem } from './panel/status';
import type { IView } from './panel/view';
import { Documents } from './watchers/documents';
import { followNames } from './watchers/names';
import { followFiles } from './watchers/vanished';
import { reveal } from './watchers/reveal';
import { openStarter } from './watchers/starter';

const ID = 'codeassess:candidate';
/** `…/lab?codeassess=<session>` invites to a session. */
const INVITATION = 'codeassess';

const candidate: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'The candidate of a code assessment: what is written is recorded, questions are asked and answered.',
  autoStart: true,
  requires: [INotebookTracker, IDocumentManager],
  optional: [
    IEditorTracker,
    ITranslator,
    ISettingRegistry,
    IStateDB,
    IStatusBar,
    ICommandPalette,
    ILauncher,
    ILayoutRestorer
  ],
  activate: async (
    app: JupyterFrontEnd,
    notebooks: INotebookTracker,
    manager: IDocumentManager,
    editors: IEditorTracker | null,
    translator: ITranslator | null,
    settings: ISettingRegistry | null,
    state: IStateDB | null,
    statusBar: IStatusBar | null,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    restorer: ILayoutRestorer | null
  ): Promise<void> => {
    const code = takeCode(); // first of all: nobody else shall see it
    const trans = (translator ?? nullTranslator).load('codeassess');
    const invitation = new URLSearchParams(window.location.search).get(INVITATION);
    const api = new Api(await connectionTo(app, settings));
    const model = new CandidateModel(
      new Documents(notebooks, editors, () => app.shell.currentWidget),
      api,
      new Memory(state, await storage(api)),
      PageConfig.getOption('codeassessService'),
      PageConfig.getOption('codeassessCredential') !== 'hub'
    );
    model.joining.arrived = code;
    const view: IView = {
      model,
      trans,
      show: () => app.shell.activateById(CandidatePanel.ID),
      reveal: async region => void (await reveal(manager, region)),
      begin: assessment => model.open(() => openStarter(manager, assessment))
    };
    const panel = new CandidatePanel(view);
    new Banners(model, trans);
    followNames(app, manager, model.documents);
    followFiles(manager, model.documents);
    app.shell.add(panel, 'right', { rank: 700, type: 'Assessment' });
    restorer?.add(panel, panel.id);
    addCommands(app, panel, trans, { palette, launcher });
    const show = (): void => void app.commands.execute(CommandIDs.show);
    statusBar?.registerStatusItem(ID, { item: new StatusItem(model, trans, show), align: 'left', rank: 90 });
    app.shell.currentChanged?.connect(() => model.stateChanged.emit());
    void app.restored.then(async () => {
      await model.begin(invitation);
      if (invitation !== null || code !== '') {
        app.shell.activateById(panel.id);
      }
    });
  }
};

/** A browser without storage works too; a reload then loses what is not saved yet. */
async function storage(api: Api): Promise<Database | null> {
  try {
    return await openStore(`codeassess ${api.settings.baseUrl}`);
  } catch {
    return null;
  }
}

export default [candidate, grader];
