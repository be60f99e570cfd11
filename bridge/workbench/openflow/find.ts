import { newFilterRecord, noContext } from '../../packet/filter/record.ts';
import { readFilterWhere, refusedOfControl } from '../../packet/filter/scope.ts';
import type { ControlLog } from '../../trace/control-log.ts';
import { asked } from '../log-filter.ts';
import { Askers, walkIds } from '../log-walk.ts';
import type { Implementation } from '../method.ts';

export interface ControlFindMethods {
  /**
   * Which control messages from an id on pass a filter (WB177), in order. A filter that cannot be read, or that asks for
   * fields of packets, is bad-request with the place.
   */
  'openflow:find'(argument: {
    readonly filter: string;
    readonly fromId: number;
    /** A newer question ends this asker's older one. */
    readonly asker: string;
  }): {
    readonly ids: readonly number[];
    /** The last message that was looked at; one before the first when there was none. */
    readonly scannedTo: number;
    /** False when the time for one answer was over: ask on behind `scannedTo`. */
    readonly isComplete: boolean;
  };
}

/** Searches through the control messages in short turns. */
export function controlFindMethods(control: ControlLog): Implementation<ControlFindMethods> {
  const askers = new Askers();
  return {
    'openflow:find': async ({ filter, fromId, asker }) => {
      const names = new Map<number, string>();
      const passes = asked(readFilterWhere(filter, refusedOfControl)).over({
        ...noContext,
        first: 'openflow',
        nodeName: (channel) => names.get(channel) ?? '',
      });
      const record = newFilterRecord();
      const ids: number[] = [];
      const walked = await askers.ask(asker, (isWanted) =>
        walkIds({ first: () => control.firstId, next: () => control.nextId }, { fromSeq: fromId, isWanted }, (id) => {
          const entry = control.entry(id);
          if (entry === undefined) return;
          const { tUs, channel, bytes } = entry;
          names.set(channel.id, channel.name);
          record.seq = id;
          record.tUs = tUs;
          record.node = channel.id;
          record.bytes = bytes;
          record.length = bytes.length;
          record.end = bytes.length;
          if (passes(record)) ids.push(id);
        }),
      );
      return { ids, ...walked };
    },
  };
}
