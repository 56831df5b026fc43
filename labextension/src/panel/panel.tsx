import { VDomRenderer } from '@jupyterlab/ui-components';
import React from 'react';

import { FocusKeeper } from '../focus';
import { Prose } from '../text';
import { Consent } from './consent';
import { Exchanges } from './exchanges';
import { Finish } from './finish';
import { Header } from './header';
import { assessIcon } from './icons';
import { Arrived, Join, JoinForm } from './join';
import { Lost } from './lost';
import type { CandidateModel, Stage } from './model';
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
    this._keeper = new FocusKeeper(this.node);
    _view.model.stateChanged.connect(this._onState, this);
  }

  /** Focus the next thing to do here. Only when the candidate asks for it. */
  focus(): void {
    (this.node.querySelector<HTMLElement>('textarea, input[type="text"]') ?? this.node).focus();
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
        <Arrived {...this._view} />
        <Stage {...this._view} />
      </>
    );
  }

  /** A mark on the tab of the side bar while a question waits. */
  private _onState(): void {
    const { model, trans } = this._view;
    const waiting = model.question !== null;
    if (model.stage !== this._stage) {
      const over = this._stage === 'live' && (model.stage === 'finishing' || model.stage === 'ended');
      this._stage = model.stage;
      this.node.scrollTop = 0;
      if (over) {
        this._view.show();
      }
    }
    this.title.className = model.waits ? 'jp-codeassess-mod-waiting' : '';
    this.title.caption = waiting ? trans.__('Assessment: a question waits') : trans.__('Assessment');
  }

  override dispose(): void {
    this._keeper.dispose();
    super.dispose();
  }

  private readonly _keeper: FocusKeeper;
  private _stage: Stage = 'opening';
}

function Stage(view: IView): React.JSX.Element {
  const { model, trans } = view;
  const open = model.question;
  const earlier = model.conversation.filter(exchange => exchange.state !== 'open');
  switch (model.stage) {
    case 'opening':
      return <Opening {...view} />;
    case 'joining':
      return <Join {...view} />;
    case 'consent':
      return <Consent {...view} />;
    case 'live':
      return model.clientSession?.keeping === 'elsewhere' ? (
        <>
          <p className="jp-codeassess-Problem" role="alert">
            {trans.__('This session is being recorded in another window. What you type here is not recorded.')}
          </p>
          <Exchanges {...view} exchanges={earlier} title={trans.__('Earlier')} />
        </>
      ) : (
        <>
          {model.mustJoin && <JoinForm {...view} onJoined={() => model.again()} />}
          <Lost {...view} />
          {model.closing ? <Closing {...view} /> : <Task {...view} />}
          {open === null ? <Waiting {...view} /> : <OpenQuestion {...view} exchange={open} />}
          <Exchanges {...view} exchanges={earlier} title={trans.__('Earlier')} />
          <Recording {...view} />
          <Finish {...view} />
        </>
      );
    case 'finishing':
      return (
        <>
          <p className="jp-codeassess-Thinking">
            {trans.__('Finishing: everything is stored, the report is written …')}
          </p>
          <Exchanges {...view} exchanges={earlier} title={trans.__('Questions and answers')} />
        </>
      );
    case 'ended':
      return (
        <>
          <h2>{trans.__('Finished. Thank you.')}</h2>
          <p>{trans.__('Everything is stored and the report is written. A person reviews it, and decides.')}</p>
          <Result {...view} />
          <Exchanges {...view} exchanges={earlier} title={trans.__('Questions and answers')} />
          <button type="button" className="jp-mod-styled" onClick={() => void model.leave()}>
            {trans.__('Close this session')}
          </button>
        </>
      );
  }
}

/** Shown until it is known whether there is a session to resume. No new session can be started here. */
function Opening({ model, trans }: IView): React.JSX.Element {
  if (model.problem === null || model.busy) {
    return (
      <p className="jp-codeassess-Thinking" role="status">
        {model.resuming ? trans.__('Resuming your session …') : trans.__('Loading …')}
      </p>
    );
  }
  if (model.mustJoin) {
    return <JoinForm model={model} trans={trans} onJoined={() => model.again()} />;
  }
  return (
    <div className="jp-codeassess-Buttons">
      <button type="button" className="jp-mod-styled jp-mod-accept" onClick={() => void model.begin(model.invitation)}>
        {trans.__('Try again')}
      </button>
      {model.resuming && model.problem === 'forbidden' && (
        <button type="button" className="jp-mod-styled" onClick={() => void model.leave()}>
          {trans.__('Close this session')}
        </button>
      )}
    </div>
  );
}

/** The last questions before the end: how many there are. */
function Closing({ model, trans }: IView): React.JSX.Element {
  const left = model.closing?.left ?? null;
  return (
    <section className="jp-codeassess-Closing" aria-label={trans.__('Before you finish')} role="status">
      <h2>{trans.__('Before you finish')}</h2>
      <p>
        {left === null
          ? trans.__('A few last questions about your code. Then the report is written.')
          : trans._n(
              '%1 last question about your code. Then the report is written.',
              '%1 last questions about your code. Then the report is written.',
              left
            )}
      </p>
    </section>
  );
}

/** The result, if the candidate may see it. */
function Result({ model, trans }: IView): React.JSX.Element | null {
  const { result } = model.enquiries;
  if (result === null || model.reportUrl === null) {
    return null;
  }
  return (
    <section className="jp-codeassess-Result" aria-label={trans.__('Result')}>
      <h3>{trans.__('Your report')}</h3>
      <Prose text={result} />
      <a className="jp-mod-styled jp-codeassess-Read" href={model.reportUrl} target="_blank" rel="noopener">
        {trans.__('Read the report')}
      </a>
    </section>
  );
}

/** No question is open: what happens now, and before the first question, how it works. */
function Waiting({ model, trans }: IView): React.JSX.Element | null {
  if (model.closing !== null) {
    return <p className="jp-codeassess-Thinking">{trans.__('The next question is being written …')}</p>;
  }
  if (model.conversation.length > 0) {
    return <p className="jp-codeassess-Quiet">{trans.__('No question is open. Go on with your code.')}</p>;
  }
  return (
    <section className="jp-codeassess-Guide" aria-label={trans.__('How it goes')}>
      <h3>{trans.__('How it goes')}</h3>
      <ol>
        <li>{trans.__('Write your code as usual. It is saved as you type.')}</li>
        <li>
          {trans.__('Now and then a question about it appears here. Answer it when you have a moment, or skip it.')}
        </li>
        <li>{trans.__('When you are done, press Finish below.')}</li>
      </ol>
    </section>
  );
}
