/** Everything that only graders need, in a bundle of its own. */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { GraderApi } from './api';
import { Dashboard } from './dashboard/dashboard';
import { DashboardModel } from './dashboard/model';
import { SessionModel } from './session/model';
import type { ISessionView } from './session/props';
import { SessionView } from './session/view';

export function makeDashboard(
  api: GraderApi,
  trans: TranslationBundle,
  open: (session: string, title: string) => void
): Dashboard {
  return new Dashboard(new DashboardModel(api), trans, ({ id, candidate, title }) =>
    open(id, title ? `${candidate}: ${title}` : candidate)
  );
}

export function makeSession(api: GraderApi, id: string, tools: Omit<ISessionView, 'model'>): SessionView {
  return new SessionView({ ...tools, model: new SessionModel(api, id) });
}
