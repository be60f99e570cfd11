import type { ReplayUpload, Upload } from '../../../server/contract/captures.ts';
import type { ReplayStatus } from '../state/interventions.ts';
import { request } from './request.ts';

const of = (lab: string) => `/labs/${encodeURIComponent(lab)}/uploads`;

/** Captures that a lab's server keeps. Everything rejects with ProblemError. */
export const uploadApi = {
  /** Oldest first; a lab keeps its last two. */
  list: async (lab: string): Promise<readonly Upload[]> => (await (await request(of(lab))).json()).uploads,
  add: async (lab: string, file: File): Promise<Upload> => {
    const headers = { 'content-type': 'application/octet-stream' };
    const path = `${of(lab)}?name=${encodeURIComponent(file.name.slice(0, longestName))}`;
    return (await request(path, { method: 'POST', headers, body: file })).json();
  },
  remove: async (lab: string, id: number): Promise<readonly Upload[]> =>
    (await (await request(`${of(lab)}/${id}`, { method: 'DELETE' })).json()).uploads,
  replay: async (lab: string, id: number, replay: ReplayUpload): Promise<ReplayStatus> => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify(replay);
    return (await request(`${of(lab)}/${id}/replay`, { method: 'POST', headers, body })).json();
  },
};
const longestName = 200;
