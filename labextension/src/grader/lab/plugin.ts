import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { ILauncher } from '@jupyterlab/launcher';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { connectionTo } from '../../connection/server';
import { GraderApi } from '../api';
import { addGraderCommands, GraderCommandIDs } from './commands';

/** The grader's side. What it shows is loaded when it is first opened. */
export const grader: JupyterFrontEndPlugin<void> = {
  id: 'codeassess:grader',
  description: 'The grader of code assessments: all sessions, the evidence of each, the report and its review.',
  autoStart: true,
  requires: [IEditorLanguageRegistry],
  optional: [ITranslator, ISettingRegistry, ICommandPalette, ILauncher, ILayoutRestorer],
  activate: async (
    app: JupyterFrontEnd,
    languages: IEditorLanguageRegistry,
    translator: ITranslator | null,
    settings: ISettingRegistry | null,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    restorer: ILayoutRestorer | null
  ): Promise<void> => {
    const trans = (translator ?? nullTranslator).load('codeassess');
    const api = new GraderApi(await connectionTo(app, settings));
    addGraderCommands({ app, api, trans, languages, restorer });
    void app.restored.then(async () => {
      if (await api.mayReview()) {
        const command = GraderCommandIDs.review;
        palette?.addItem({ command, category: trans.__('Assessment') });
        launcher?.add({ command, category: trans.__('CodeAssess'), rank: 2 });
      }
    });
  }
};
