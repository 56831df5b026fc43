import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useEffect, useRef, useState } from 'react';

import { asApiError, type ApiError } from '../connection/api';
import { Trouble } from '../grader/trouble';
import type * as wire from '../wire';
import type { PageApi } from './api';
import { Assessments } from './assessments';
import { OwnSessions } from './candidate';
import { leave, returned } from './hub';
import { Heading, mayInvite } from './heading';
import { Join } from './join';
import { addressOf, become, routeOf, useRoute, type Route } from './routes';
import { NoRole, SignIn } from './signIn';

export interface IPageProps {
  api: PageApi;
  trans: TranslationBundle;
}

/** What graders see is loaded when it is first shown. */
const Sessions = React.lazy(async () => ({ default: (await import('./grading')).Sessions }));
const Session = React.lazy(async () => ({ default: (await import('./grading')).Session }));
const People = React.lazy(async () => ({ default: (await import('./people')).People }));
const Audit = React.lazy(async () => ({ default: (await import('./audit')).Audit }));
const Invitations = React.lazy(async () => ({ default: (await import('./invitations')).Invitations }));

/** What candidates see of one session. */
const OwnRecord = React.lazy(async () => ({ default: (await import('./own/record')).OwnRecord }));

/** The whole page: whoever is not signed in signs in first, and then is where the address says. */
export function Page({ api, trans }: IPageProps): React.JSX.Element {
  const [me, setMe] = useState<wire.Me | null | undefined>();
  const [problem, setProblem] = useState<ApiError | null>(null);
  const [ended, setEnded] = useState(false);
  const route = useRoute();
  const look = async (): Promise<void> => {
    setProblem(null);
    try {
      const found = await api.me();
      const place = returned();
      if (found === null && api.hub !== '' && place === null && routeOf(window.location.hash).name !== 'join') {
        leave(window.location.hash);
        api.signInAtHub();
        return;
      }
      if (found !== null && place) {
        window.history.replaceState(null, '', place);
        window.dispatchEvent(new PopStateEvent('popstate'));
      }
      setMe(found);
    } catch (error) {
      setProblem(asApiError(error));
    }
  };
  useEffect(() => {
    const onSignedOut = (): void => {
      setMe(null);
      setEnded(true);
    };
    api.signedOut.connect(onSignedOut);
    void look();
    return () => void api.signedOut.disconnect(onSignedOut);
  }, [api]);
  if (problem?.status === 403) {
    return <NoRole api={api} trans={trans} problem={problem} />;
  }
  if (problem !== null) {
    return <Trouble problem={problem} trans={trans} onRetry={() => void look()} />;
  }
  if (route.name === 'join' && route.code !== '') {
    return <Join api={api} trans={trans} code={route.code} onSignedIn={setMe} />;
  }
  if (me === undefined) {
    return <p className="codeassess-Loading">{trans.__('Loading …')}</p>;
  }
  if (me === null) {
    return <SignIn api={api} trans={trans} ended={ended} onSignedIn={setMe} />;
  }
  const signOut = async (): Promise<void> => {
    try {
      await api.signOut();
      if (me.elsewhere) {
        window.location.assign(me.elsewhere.sign_out_url); // else the hub would sign in again whoever comes next
        return;
      }
      await api.me(); // it also tells whether there is a hub
      setEnded(false);
      setMe(null);
    } catch (error) {
      setProblem(asApiError(error));
    }
  };
  return <SignedIn api={api} trans={trans} me={me} signOut={() => void signOut()} />;
}

type ISignedInProps = IPageProps & { me: wire.Me; signOut: () => void };

function SignedIn({ api, trans, me, signOut }: ISignedInProps): React.JSX.Element {
  const route = useRoute();
  const reads = me.role !== 'candidate';
  const first = route.name === 'home' && reads;
  useEffect(() => {
    if (first) {
      become({ name: 'sessions' });
    }
  }, [first]);
  const shown: Route = first ? { name: 'sessions' } : route;
  const place = shown.name === 'session' ? shown.id : shown.name;
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    // What had the keyboard is gone with the view that it was in.
    if (document.activeElement === document.body) {
      main.current?.focus({ preventScroll: true });
    }
  }, [place]);
  return (
    <>
      <Heading me={me} route={shown} trans={trans} signOut={signOut} />
      <main className="codeassess-Main" ref={main} tabIndex={-1}>
        <React.Suspense fallback={<p className="codeassess-Loading">{trans.__('Loading …')}</p>}>
          {reads ? (
            <ForGraders api={api} trans={trans} route={shown} invites={mayInvite(me.role)} />
          ) : (
            <ForCandidates {...{ api, trans, route }} lab={me.elsewhere?.lab_url} />
          )}
        </React.Suspense>
      </main>
    </>
  );
}

type IRoutedProps = IPageProps & { route: Route };

function ForGraders({ api, trans, route, invites }: IRoutedProps & { invites: boolean }): React.JSX.Element {
  switch (route.name) {
    case 'session':
      return <Session key={route.id} api={api} trans={trans} id={route.id} tab={route.tab} />;
    case 'assessments':
      return <Assessments api={api} trans={trans} invites={invites} />;
    case 'invitations':
      return <Invitations key={route.assessment} api={api} trans={trans} assessment={route.assessment} />;
    case 'audit':
      return <Audit api={api} trans={trans} />;
    case 'people':
      return <People api={api} trans={trans} />;
    case 'unknown':
      return <Nowhere trans={trans} />;
    default: {
      const assessment = route.name === 'sessions' ? route.assessment : undefined;
      return <Sessions key={assessment} api={api} trans={trans} assessment={assessment} />;
    }
  }
}

function ForCandidates({ api, trans, route, lab }: IRoutedProps & { lab?: string }): React.JSX.Element {
  switch (route.name) {
    case 'session':
      return <OwnRecord key={route.id} api={api} trans={trans} id={route.id} />;
    case 'home':
    case 'join':
      return <OwnSessions api={api} trans={trans} lab={lab} />;
    default:
      return <Nowhere trans={trans} />;
  }
}

function Nowhere({ trans }: Pick<IPageProps, 'trans'>): React.JSX.Element {
  return (
    <div className="codeassess-Text">
      <h1>{trans.__('There is nothing here for you')}</h1>
      <p>{trans.__('The address is wrong, or it is for somebody with another role.')}</p>
      <p>
        <a href={addressOf({ name: 'home' })}>{trans.__('Go to the beginning')}</a>
      </p>
    </div>
  );
}
