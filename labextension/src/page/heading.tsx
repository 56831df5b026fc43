import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type * as wire from '../wire';
import { addressOf, type Route } from './routes';

interface IHeadingProps {
  me: wire.Me;
  route: Route;
  trans: TranslationBundle;
  signOut: () => void;
}

/** Where one can go, and who is signed in. */
export function Heading({ me, route, trans, signOut }: IHeadingProps): React.JSX.Element {
  const places: [Route, string, boolean][] =
    me.role === 'candidate'
      ? [[{ name: 'home' }, trans.__('My sessions'), route.name === 'home']]
      : [
          [{ name: 'sessions' }, trans.__('Sessions'), route.name === 'sessions' || route.name === 'session'],
          [
            { name: 'assessments' },
            trans.__('Assessments'),
            route.name === 'assessments' || route.name === 'invitations'
          ]
        ];
  if (mayInvite(me.role)) {
    places.push([{ name: 'people' }, trans.__('People'), route.name === 'people']);
  }
  if (me.role === 'operator') {
    places.push([{ name: 'audit' }, trans.__('Audit'), route.name === 'audit']);
  }
  return (
    <header className="codeassess-Heading">
      <span className="codeassess-Name">codeassess</span>
      <nav aria-label={trans.__('Places')}>
        {places.map(([place, label, here]) => (
          <a key={place.name} href={addressOf(place)} aria-current={here ? 'page' : undefined}>
            {label}
          </a>
        ))}
      </nav>
      <span className="codeassess-Who" title={trans.__('Signed in')}>
        <strong>{me.name}</strong> <span className="codeassess-Role">{roleInWords(me.role, trans)}</span>
      </span>
      <button type="button" className="jp-codeassess-Button" onClick={signOut}>
        {trans.__('Sign out')}
      </button>
    </header>
  );
}

/** Whether somebody of this role keeps the roster and invites people. */
export function mayInvite(role: wire.Role): boolean {
  return role === 'teacher' || role === 'operator';
}

function roleInWords(role: wire.Role, trans: TranslationBundle): string {
  switch (role) {
    case 'candidate':
      return trans.__('Candidate');
    case 'grader':
      return trans.__('Grader');
    case 'teacher':
      return trans.__('Teacher');
    case 'operator':
      return trans.__('Operator');
  }
}
