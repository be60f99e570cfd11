import { createDockview, type DockviewApi } from 'dockview-react';

/** A dock with nothing in it, as large as that of a usual window. */
export function emptyDock(): DockviewApi {
  const host = document.createElement('div');
  document.body.append(host);
  const element = () => document.createElement('div');
  const api = createDockview(host, { createComponent: () => ({ element: element(), init: () => {} }) });
  api.layout(1392, 828);
  return api;
}
