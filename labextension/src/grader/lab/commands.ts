import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Widget } from '@lumino/widgets';

import type { GraderApi } from '../api';
import type { Dashboard } from '../dashboard/dashboard';
import { reviewIcon } from '../icons';
import type { SessionView } from '../session/view';

/** The commands of the grader. */
export namespace GraderCommandIDs {
  /** Open the dashboard. */
  export const review = 'codeassess:review';
  /** Open one session: `session` is its id, `title` what its tab says. */
  export const open = 'codeassess:open-session';
}

/** What the commands work with. */
export interface IGrading {
  app: JupyterFrontEnd;
  api: GraderApi;
  trans: TranslationBundle;
  languages: IEditorLanguageRegistry;
  restorer: ILayoutRestorer | null;
}

export function addGraderCommands({ app, api, trans, languages, restorer }: IGrading): void {
  const dashboards = new WidgetTracker<MainAreaWidget<Dashboard>>({ namespace: 'codeassess-dashboard' });
  const sessions = new WidgetTracker<MainAreaWidget<SessionView>>({ namespace: 'codeassess-session' });

  app.commands.addCommand(GraderCommandIDs.review, {
    label: trans.__('Review assessments'),
    caption: trans.__('See how candidates worked, what they answered and how it was scored'),
    icon: reviewIcon,
    execute: async () => {
      const { makeDashboard } = await import('../lazy');
      if (dashboards.currentWidget === null) {
        const open = (session: string, title: string): void =>
          void app.commands.execute(GraderCommandIDs.open, { session, title });
        const widget = titled(new MainAreaWidget({ content: makeDashboard(api, trans, open) }), 'codeassess-dashboard');
        widget.title.label = trans.__('Review assessments');
        await dashboards.add(widget);
      }
      show(app, dashboards.currentWidget);
    }
  });

  app.commands.addCommand(GraderCommandIDs.open, {
    label: trans.__('Open an assessment session'),
    execute: async ({ session, title }) => {
      const id = String(session);
      const { makeSession } = await import('../lazy');
      const known = sessions.find(({ content }) => content.model.id === id);
      if (known === undefined) {
        const content = makeSession(api, id, { trans, languages });
        content.model.report.reviewed.connect(() => dashboards.currentWidget?.content.model.hurry());
        const widget = titled(new MainAreaWidget({ content }), `codeassess-session-${id}`);
        widget.title.label = String(title ?? id);
        await sessions.add(widget);
        show(app, widget);
      } else {
        show(app, known);
      }
    }
  });

  void restorer?.restore(dashboards, { command: GraderCommandIDs.review, name: () => 'dashboard' });
  void restorer?.restore(sessions, {
    command: GraderCommandIDs.open,
    args: ({ content, title }) => ({ session: content.model.id, title: title.label }),
    name: ({ content }) => content.model.id
  });
}

function titled<T extends MainAreaWidget>(widget: T, id: string): T {
  widget.id = id;
  widget.toolbar.hide(); // each has its own heading
  widget.title.icon = reviewIcon;
  widget.title.closable = true;
  return widget;
}

function show(app: JupyterFrontEnd, widget: Widget | null): void {
  if (widget !== null) {
    if (!widget.isAttached) {
      app.shell.add(widget, 'main', { type: 'Assessment' });
    }
    app.shell.activateById(widget.id);
  }
}
