import { useEffect, useState } from 'react';

/** What the page shows. It stands behind the # of the address: the server never sees it. */
export type Route =
  | { name: 'home' }
  | { name: 'sessions'; assessment?: string }
  | { name: 'session'; id: string; tab: 'timeline' | 'report' }
  | { name: 'assessments' }
  | { name: 'invitations'; assessment: string }
  | { name: 'people' }
  | { name: 'audit' }
  | { name: 'join'; code: string }
  | { name: 'unknown' };

export function routeOf(hash: string): Route {
  const [path, query] = hash.replace(/^#\/?/, '').split('?');
  const [first, second, third, ...more] = path.split('/').map(decoded);
  if (first === '' && second === undefined) {
    return { name: 'home' };
  }
  if (first === 'assessments' && second === undefined) {
    return { name: 'assessments' };
  }
  if (first === 'assessments' && second && third === 'invitations' && more.length === 0) {
    return { name: 'invitations', assessment: second };
  }
  if (first === 'people' && second === undefined) {
    return { name: 'people' };
  }
  if (first === 'audit' && second === undefined) {
    return { name: 'audit' };
  }
  if (first === 'join' && third === undefined) {
    return { name: 'join', code: second ?? '' };
  }
  if (first === 'sessions' && second === undefined) {
    return { name: 'sessions', assessment: new URLSearchParams(query).get('assessment') ?? undefined };
  }
  if (first === 'sessions' && second && [undefined, 'report'].includes(third) && more.length === 0) {
    return { name: 'session', id: second, tab: third === 'report' ? 'report' : 'timeline' };
  }
  return { name: 'unknown' };
}

export function addressOf(route: Route): string {
  switch (route.name) {
    case 'sessions':
      return route.assessment ? `#/sessions?assessment=${encodeURIComponent(route.assessment)}` : '#/sessions';
    case 'session':
      return `#/sessions/${encodeURIComponent(route.id)}${route.tab === 'report' ? '/report' : ''}`;
    case 'assessments':
    case 'people':
    case 'audit':
      return `#/${route.name}`;
    case 'invitations':
      return `#/assessments/${encodeURIComponent(route.assessment)}/invitations`;
    case 'join':
      return '#/join'; // never with the code: an address is kept and shown
    default:
      return '#/';
  }
}

/** The route of the address, now and whenever it changes. */
export function useRoute(): Route {
  const [hash, setHash] = useState(window.location.hash);
  useEffect(() => {
    const onChange = (): void => setHash(window.location.hash);
    window.addEventListener('hashchange', onChange);
    window.addEventListener('popstate', onChange);
    return () => {
      window.removeEventListener('hashchange', onChange);
      window.removeEventListener('popstate', onChange);
    };
  }, []);
  return routeOf(hash);
}

export function go(route: Route): void {
  window.location.hash = addressOf(route);
}

/** Change the address without a new entry in the history. */
export function become(route: Route): void {
  window.history.replaceState(null, '', addressOf(route));
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
