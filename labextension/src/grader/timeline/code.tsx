import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useEffect, useRef } from 'react';

import type { TimelineModel } from './model';
import { Viewer } from './viewer';

interface ICodeProps {
  model: TimelineModel;
  languages: IEditorLanguageRegistry;
  trans: TranslationBundle;
}

/** The code at the chosen moment, with what was just changed. */
export function Code({ model, languages, trans }: ICodeProps): React.JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const viewer = new Viewer(host.current!, trans.__('The code at this moment'), languages, model.session.language);
    const show = (): void => viewer.show(model.moment);
    model.moved.connect(show);
    model.stateChanged.connect(show);
    show();
    return () => {
      model.moved.disconnect(show);
      model.stateChanged.disconnect(show);
      viewer.dispose();
    };
  }, [model, languages, trans]);
  return <div className="jp-codeassess-Code" ref={host} />;
}
