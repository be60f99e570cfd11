import type { Switch } from '../../controller/switch.ts';
import { messageType, messageTypes } from '../../protocols/openflow/v10/header.ts';
import { portNumbers } from '../../protocols/openflow/v10/port.ts';
import type { ControlLog } from '../../trace/control-log.ts';
import type { TableAnswer } from './flow-reader.ts';
import type { KnownFlow } from './flow-row.ts';
import { readMessage } from './past/evidence.ts';

/** What flow entries let pass the bridge by. Times in µs on the trace's clock. */
export interface Bypass {
  /** Entries that do not send to the controller, by switch; of a switch that did not answer none. */
  readonly switches: readonly { readonly dpid: string; readonly switch: string; readonly entries: number }[];
  readonly entries: number;
  /** Packets that such entries counted, those that have ended and told it as well. */
  readonly packets: number;
  /** Since when they were counted. */
  readonly sinceUs: number;
  /** Entries that have ended without telling had counted, too. */
  readonly isAtLeast: boolean;
}

/** Whether the bridge never sees what an entry takes. */
const passesBy = ({ wire }: KnownFlow): boolean =>
  !wire.actions.some((action) => action.kind === 'output' && action.port === portNumbers.Controller);

/** Adds up what passed the bridge by (WB176): what entries count now, and what they had counted when they ended. */
export class BypassCount {
  readonly #control: ControlLog;
  readonly #ended = new Map<string, number>();
  #nextId = 1;
  #sinceUs: number | undefined;
  #isAtLeast = false;

  constructor(control: ControlLog) {
    this.#control = control;
  }

  sum(read: readonly { readonly its: Switch; readonly table: TableAnswer | undefined }[]): Bypass {
    this.#readOn();
    const sums = read.map(({ its: { dpid, name }, table }) => {
      const flows = table?.flows.filter(passesBy) ?? [];
      const packets = flows.reduce((sum, { row }) => sum + Math.max(0, row.packets), 0);
      return { dpid, switch: name, entries: flows.length, packets: packets + (this.#ended.get(name) ?? 0) };
    });
    return {
      switches: sums.map(({ packets: _, ...its }) => its),
      entries: sums.reduce((sum, { entries }) => sum + entries, 0),
      packets: sums.reduce((sum, { packets }) => sum + packets, 0),
      sinceUs: this.#sinceUs ?? 0,
      isAtLeast: this.#isAtLeast,
    };
  }

  /** Takes in the FLOW_MODs and FLOW_REMOVEDs since the last time: what is forgotten since then is missing. */
  #readOn(): void {
    const control = this.#control;
    if (control.firstId > this.#nextId) this.#isAtLeast = true;
    for (let id = Math.max(this.#nextId, control.firstId); id < control.nextId; id++) {
      const entry = control.entry(id);
      if (entry === undefined) continue;
      this.#sinceUs ??= entry.tUs;
      const type = messageType(entry.bytes, 0);
      if (type === messageTypes.flowRemoved) this.#add(entry.channel.name, entry.bytes);
      else if (type === messageTypes.flowMod) this.#isAtLeast ||= endsInSilence(entry.bytes);
    }
    this.#nextId = control.nextId;
  }

  #add(name: string, bytes: Uint8Array): void {
    const message = readMessage(bytes);
    if (message?.kind !== 'flowRemoved') return;
    this.#ended.set(name, (this.#ended.get(name) ?? 0) + Number(message.packetCount));
  }
}

/** Whether a FLOW_MOD adds an entry that will not tell what it had counted when it ends. */
function endsInSilence(bytes: Uint8Array): boolean {
  const message = readMessage(bytes);
  if (message?.kind !== 'flowMod' || message.command === 'delete' || message.command === 'deleteStrict') return false;
  return !message.flags.includes('sendFlowRemoved');
}
