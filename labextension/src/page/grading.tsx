/** What graders see: the widgets of JupyterLab, in a bundle of its own. */
import { EditorLanguageRegistry } from '@jupyterlab/codemirror';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import React, { useEffect, useLayoutEffect, useRef } from 'react';

import { makeDashboard, makeSession } from '../grader/lazy';
import type { SessionView } from '../grader/session/view';
import type { IPageProps } from './page';
import { become, go } from './routes';

const languages = new EditorLanguageRegistry();
EditorLanguageRegistry.getDefaultLanguages().forEach(language => languages.addLanguage(language));

/** The dashboard of all sessions. */
export function Sessions({ api, trans, assessment = '' }: IPageProps & { assessment?: string }): React.JSX.Element {
  const open = (id: string): void => go({ name: 'session', id, tab: 'timeline' });
  const make = (): Widget => {
    const dashboard = makeDashboard(api, trans, open);
    const { model } = dashboard;
    model.choose({ assessment });
    model.stateChanged.connect(() => become({ name: 'sessions', assessment: model.wish.assessment }));
    return dashboard;
  };
  return <Shown make={make} />;
}

interface ISessionProps extends IPageProps {
  id: string;
  tab: 'timeline' | 'report';
}

/** One session. The address follows the tab, and the tab the address. */
export function Session({ api, trans, id, tab }: ISessionProps): React.JSX.Element {
  const view = useRef<SessionView | null>(null);
  const make = (): SessionView => {
    const made = makeSession(api, id, { trans, languages });
    made.model.stateChanged.connect(({ tab }) => become({ name: 'session', id, tab }));
    if (tab === 'report') {
      made.model.show(tab);
    }
    view.current = made;
    return made;
  };
  useEffect(() => {
    if (view.current !== null && view.current.model.tab !== tab) {
      view.current.model.show(tab);
    }
  }, [tab]);
  return <Shown make={make} />;
}

/** A widget in the page, for as long as this is shown. */
function Shown({ make }: { make: () => Widget }): React.JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  // Before the page changes: a widget that is not in the page any more cannot be taken out of it.
  useLayoutEffect(() => {
    const widget = make();
    Widget.attach(widget, host.current!);
    const onResize = (): void => MessageLoop.postMessage(widget, Widget.ResizeMessage.UnknownSize);
    window.addEventListener('resize', onResize);
    return () => {
      window.removeEventListener('resize', onResize);
      widget.dispose();
    };
  }, []);
  return <div className="codeassess-Host" ref={host} />;
}
