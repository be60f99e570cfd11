import type { SwitchPort } from '../apps/app.ts';
import type { PortChange } from '../bus/events.ts';
import type { MessageOf } from '../protocols/openflow/v10/message.ts';
import { portNumbers } from '../protocols/openflow/v10/port.ts';

type WirePort = MessageOf<'portStatus'>['port'];

const portOf = (wire: WirePort): SwitchPort => ({
  port: wire.number,
  name: wire.name,
  mac: wire.mac,
  up: !wire.state.includes('linkDown') && !wire.config.includes('portDown'),
});

/** A switch's physical ports by number; the local one (the switch's own stack) is not among them. */
export class SwitchPorts {
  #ports = new Map<number, SwitchPort>();

  get byNumber(): ReadonlyMap<number, SwitchPort> {
    return this.#ports;
  }

  replace(ports: readonly WirePort[]): void {
    this.#ports = new Map(ports.filter(isPhysical).map((wire) => [wire.number, portOf(wire)]));
  }

  /** Takes in a PORT_STATUS; undefined when nothing a person cares about changed. */
  update(status: MessageOf<'portStatus'>): { readonly port: SwitchPort; readonly change: PortChange } | undefined {
    if (!isPhysical(status.port)) return undefined;
    const port = portOf(status.port);
    const before = this.#ports.get(port.port);
    if (status.reason === 'delete') {
      this.#ports.delete(port.port);
      return before === undefined ? undefined : { port: before, change: 'removed' };
    }
    this.#ports.set(port.port, port);
    if (before === undefined) return { port, change: 'added' };
    if (before.mac !== port.mac || before.name !== port.name) return { port, change: 'changed' };
    if (before.up !== port.up) return { port, change: port.up ? 'up' : 'down' };
    return undefined;
  }
}

const isPhysical = (wire: WirePort): boolean => wire.number > 0 && wire.number <= portNumbers.Max;
