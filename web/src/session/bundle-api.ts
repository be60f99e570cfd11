import type { BundleDetail, BundleInfo } from '../../../server/contract/bundle.ts';
import type { ViewLink } from '../state/view-link.ts';
import { request } from './request.ts';

/** Longest layout that a bundle keeps. */
const longestDock = 2000;
const longestName = 200;

function pathOf(lab: string, { packet, filter, layout, dock, marked }: ViewLink): string {
  const query = new URLSearchParams();
  if (packet !== undefined) query.set('packet', String(packet));
  if (filter !== undefined) query.set('filter', filter);
  if (layout !== undefined) query.set('layout', layout);
  if (dock !== undefined && dock.length <= longestDock) query.set('dock', dock);
  if (marked !== undefined) query.set('marked', marked);
  return `/labs/${encodeURIComponent(lab)}/bundle?${query}`;
}

/** Recorded runs: written by a server, looked at on any. Everything rejects with ProblemError. */
export const bundleApi = {
  /** Address of the lab's run as one file; it keeps the view for whoever opens it. */
  url: (lab: string, view: ViewLink): string => `/api${pathOf(lab, view)}`,
  /** The lab's run as one file, and the name that the server gives it. */
  save: async (lab: string, view: ViewLink): Promise<{ readonly name: string; readonly file: Blob }> => {
    const answer = await request(pathOf(lab, view));
    const name = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '')?.[1];
    return { name: name ?? `${lab}.patchbay.jsonl.gz`, file: await answer.blob() };
  },
  add: async (file: Blob, name: string): Promise<BundleInfo> => {
    const headers = { 'content-type': 'application/gzip' };
    return (
      await request(`/bundles?name=${encodeURIComponent(name.slice(0, longestName))}`, {
        method: 'POST',
        headers,
        body: file,
      })
    ).json();
  },
  list: async (): Promise<readonly BundleInfo[]> => (await (await request('/bundles')).json()).bundles,
  remove: async (id: number): Promise<readonly BundleInfo[]> =>
    (await (await request(`/bundles/${id}`, { method: 'DELETE' })).json()).bundles,
  detail: async (id: number): Promise<BundleDetail> => (await request(`/bundles/${id}`)).json(),
  /** One batch of the recorded log (trace-batch), without records behind its end. */
  trace: async (id: number, fromSeq: number): Promise<Uint8Array> =>
    new Uint8Array(await (await request(`/bundles/${id}/trace?from=${fromSeq}`)).arrayBuffer()),
};
