import { VDomRenderer } from '@jupyterlab/ui-components';
import React from 'react';

import { Consent } from './consent';
import { Exchanges } from './exchanges';
import { Finish } from './finish';
import { Header } from './header';
import { assessIcon } from './icons';
import { Lost } from './lost';
import type { CandidateModel } from './model';
import { OpenQuestion } from './question';
import { Recording } from './recording';
import { Task } from './task';
import type { IView } from './view';
import { problemInWords } from './words';

/** The candidate's panel, on the right. */
export class CandidatePanel extends VDomRenderer<CandidateModel> {
  static readonly ID = 'codeassess-candidate';

  constructor(private readonly _view: IView) {
    super(_view.model);
    const { trans } = _view;
    this.id = CandidatePanel.ID;
    this.addClass('jp-codeassess-Panel');
    this.title.icon = assessIcon;
    this.title.caption = trans.__('Assessment');
    this.node.tabIndex = -1;
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Assessment'));
    _view.model.stateChanged.connect(this._onState, this);
  }

  /** Bring the keyboard to what is to be done here. Only ever at the candidate's own wish. */
  focus(): void {
    (this.node.querySelector<HTMLElement>('textarea') ?? this.node).focus();
  }

  protected override render(): React.JSX.Element {
    const { model, trans } = this._view;
    return (
      <>
        <Header {...this._view} />
        {model.problem !== null && (
          <p className="jp-codeassess-Problem" role="alert">
            {problemInWords(model.problem, trans)}
          </p>
        )}
        <Stage {...this._view} />
      </>
    );
  }

  /** A quiet mark on the tab of the side bar while a question waits. */
  private _onState(): void {
    const { model, trans } = this._view;
    const waiting = model.question !== null;
    this.title.className = model.waits ? 'jp-codeassess-mod-waiting' : '';
    this.title.caption = waiting ? trans.__('Assessment: a question waits') : trans.__('Assessment');
  }
}

function Stage(view: IView): React.JSX.Element {
  const { model, trans } = view;
  const open = model.question;
  const earlier = model.conversation.filter(exchange => exchange !== open);
  switch (model.stage) {
    case 'consent':
      return model.invitation !== null && model.session === null ? (
        <button type="button" className="jp-mod-styled" onClick={() => void model.begin(model.invitation)}>
          {trans.__('Try again')}
        </button>
      ) : (
        <Consent {...view} />
      );
    case 'live':
      return model.sitting?.keeping === 'elsewhere' ? (
        <>
          <p>{trans.__('What you type in this window is not recorded.')}</p>
          <Exchanges {...view} exchanges={earlier} title={trans.__('Earlier')} />
        </>
      ) : (
        <>
          <Lost {...view} />
          <Task {...view} />
          {open === null ? <Waiting {...view} /> : <OpenQuestion {...view} exchange={open} />}
          <Exchanges {...view} exchanges={earlier} title={trans.__('Earlier')} />
          <Recording {...view} />
          <Finish {...view} />
        </>
      );
    case 'finishing':
      return (
        <>
          <p className="jp-codeassess-Thinking">{trans.__('Finishing: everything is stored, the report is written …')}</p>
          <Exchanges {...view} exchanges={earlier} title={trans.__('Questions and answers')} />
        </>
      );
    case 'ended':
      return (
        <>
          <h2>{trans.__('Finished. Thank you.')}</h2>
          <p>{trans.__('Everything is stored and the report is written. A person reviews it, and decides.')}</p>
          <Exchanges {...view} exchanges={earlier} title={trans.__('Questions and answers')} />
          {model.reportUrl !== null && (
            <a className="jp-codeassess-Link" href={model.reportUrl} target="_blank" rel="noopener">
              {trans.__('Read the report')}
            </a>
          )}
          <button type="button" className="jp-mod-styled" onClick={() => void model.leave()}>
            {trans.__('Close this session')}
          </button>
        </>
      );
  }
}

/** No question is open: what goes on, and before the first one, how all this goes. */
function Waiting({ model, trans }: IView): React.JSX.Element | null {
  if (model.conversation.length > 0) {
    return <p className="jp-codeassess-Quiet">{trans.__('No question is open. Go on with your code.')}</p>;
  }
  return (
    <section className="jp-codeassess-Guide" aria-label={trans.__('How it goes')}>
      <h3>{trans.__('How it goes')}</h3>
      <ol>
        <li>{trans.__('Write your code as usual. It is saved as you type.')}</li>
        <li>{trans.__('Now and then a question about it appears here. Answer when you have a moment, or say "not now".')}</li>
        <li>{trans.__('When you are done, press Finish below.')}</li>
      </ol>
    </section>
  );
}
