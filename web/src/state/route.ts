import { create } from 'zustand';
import { searchWith } from './view-link.ts';

/** What the address names: the catalogue, a lab, a recorded run, or nothing known. */
export type Route =
  | { readonly view: 'labs' }
  | { readonly view: 'lab'; readonly id: string }
  | { readonly view: 'bundle'; readonly id: number }
  | { readonly view: 'unknown'; readonly path: string };

/** Reads a path. */
export function parseRoute(path: string): Route {
  if (path === '/' || path === '') return { view: 'labs' };
  const lab = /^\/lab\/([a-z][a-z0-9-]{0,39})\/?$/.exec(path)?.[1];
  const bundle = /^\/bundle\/([1-9]\d{0,14})\/?$/.exec(path)?.[1];
  if (bundle !== undefined) return { view: 'bundle', id: Number(bundle) };
  return lab === undefined ? { view: 'unknown', path } : { view: 'lab', id: lab };
}

export const labPath = (id: string) => `/lab/${id}`;

/** Where the page is. */
export const useRoute = create<{ readonly route: Route }>()(() => ({ route: parseRoute(location.pathname) }));

/** Goes to a path of this page; switches of the address line (`?renderer=dom`) stay, the view that a link named does not. */
export function navigate(path: string): void {
  history.pushState(null, '', path + searchWith({}, location.search));
  useRoute.setState({ route: parseRoute(path) });
}

/** Follows the browser's Back and Forward; the returned function stops it. */
export function listenForHistory(window: Window): () => void {
  const onPop = () => useRoute.setState({ route: parseRoute(window.location.pathname) });
  window.addEventListener('popstate', onPop);
  return () => window.removeEventListener('popstate', onPop);
}
