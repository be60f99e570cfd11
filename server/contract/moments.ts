import { type Static, Type } from 'typebox';
import { LabStatus, RouterStatus, SwitchStatus } from './status.ts';

/** What the map showed at a moment: kept each time that one of it changed. `atMs` is Unix time. */
export const LabMoment = Type.Object({
  atMs: Type.Number(),
  phase: LabStatus.properties.phase,
  switches: Type.Array(SwitchStatus),
  /** Without what counts packets. */
  routers: Type.Array(RouterStatus),
  hosts: LabStatus.properties.hosts,
});
export type LabMoment = Static<typeof LabMoment>;

/** Oldest first; the oldest are forgotten. */
export const LabHistory = Type.Object({ moments: Type.Array(LabMoment) });
export type LabHistory = Static<typeof LabHistory>;

/** A terminal's screen as it was: an escape sequence that draws it at its size, with some lines above. */
export const PastScreen = Type.Object({
  /** `kept`; `early`: the terminal was not there yet; `forgotten`: older than what is kept. */
  state: Type.Union([Type.Literal('kept'), Type.Literal('early'), Type.Literal('forgotten')]),
  screen: Type.String(),
  cols: Type.Integer(),
  rows: Type.Integer(),
});
export type PastScreen = Static<typeof PastScreen>;
