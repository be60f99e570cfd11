import { createContext } from 'react';
import type { Lab } from '../../../server/contract/lab.ts';
import type { LabStatus } from '../../../server/contract/status.ts';
import type { ProtoShape } from '../ui/proto-glyph.tsx';
import type { NodeMark } from './node-marks.ts';

/** What nodes and links read while they draw; positions come from the layout. */
export interface MapFacts {
  readonly lab: Lab;
  readonly status: LabStatus | undefined;
  /** Links of the selected packet's chain, and their jacks as `node/jack`. */
  readonly lit: ReadonlySet<string>;
  readonly litJacks: ReadonlySet<string>;
  readonly vertical: boolean;
  /** What nodes dropped lately and hold now. */
  readonly marks: ReadonlyMap<string, NodeMark>;
  /** The selected packet, drawn on its link; `injected`: somebody put it in, or what it came from. */
  readonly packet:
    | { readonly seq: number; readonly link: string; readonly shape: ProtoShape; readonly injected: boolean }
    | undefined;
}
/** Where what is written on links is drawn: over all of them, under the nodes. */
export const LabelPlace = createContext<HTMLElement | null>(null);
export const MapContext = createContext<MapFacts | undefined>(undefined);
