import type { Wire, WireEnd } from '../wire.ts';

/** What PORT_MOD sets, in the words of the specification (§5.2.1). */
export const portSettings = ['portDown', 'noStp', 'noRecv', 'noRecvStp', 'noFlood', 'noFwd', 'noPacketIn'] as const;
export type PortSetting = (typeof portSettings)[number];

/** Of OpenFlow 1.0 and this switch: nobody is behind the local port. */
export const localPort = 0xfffe;

/** What a port asks of its switch. */
export interface PortOwner {
  received(port: SwitchPort, frame: Uint8Array): void;
  /** The link went up or down. */
  carrierChanged(port: SwitchPort): void;
}

/** A port with its counters: the end of a link, or the local port, which has none. */
export class SwitchPort implements WireEnd {
  readonly number: number;
  readonly name: string;
  readonly mac: string;
  readonly #owner: PortOwner;
  readonly #settings = new Set<PortSetting>();
  #wire: Wire | undefined;
  #hasCarrier = false;
  /** Kept beside the settings because every frame asks. */
  #forwards = true;
  #floods = true;
  rxPackets = 0;
  rxBytes = 0;
  rxDropped = 0;
  txPackets = 0;
  txBytes = 0;
  txDropped = 0;

  constructor(
    { number, name, mac }: { readonly number: number; readonly name: string; readonly mac: string },
    owner: PortOwner,
  ) {
    this.number = number;
    this.name = name;
    this.mac = mac;
    this.#owner = owner;
  }

  get isUp(): boolean {
    return this.#hasCarrier && !this.#settings.has('portDown');
  }

  get hasCarrier(): boolean {
    return this.#hasCarrier;
  }

  get settings(): ReadonlySet<PortSetting> {
    return this.#settings;
  }

  /** Whether FLOOD reaches it; ALL does in any case. */
  get floods(): boolean {
    return this.#floods;
  }

  plug(wire: Wire): void {
    this.#wire = wire;
    if (wire.isUp) this.carrier(true);
  }

  /** True when that changes anything. PORT_DOWN reaches the wire with `applyDown`, after everybody was told. */
  set(setting: PortSetting, isSet: boolean): boolean {
    if (this.#settings.has(setting) === isSet) return false;
    if (isSet) this.#settings.add(setting);
    else this.#settings.delete(setting);
    this.#forwards = !(this.#settings.has('portDown') || this.#settings.has('noFwd'));
    this.#floods = !this.#settings.has('noFlood');
    return true;
  }

  applyDown(): void {
    this.#wire?.setUp(!this.#settings.has('portDown'));
  }

  send(frame: Uint8Array): void {
    if (!this.#forwards || !this.#hasCarrier || this.#wire === undefined) {
      this.txDropped += 1;
      return;
    }
    this.txPackets += 1;
    this.txBytes += frame.length;
    this.#wire.send(frame);
  }

  receive(frame: Uint8Array): void {
    this.rxPackets += 1;
    this.rxBytes += frame.length;
    this.#owner.received(this, frame);
  }

  carrier(isUp: boolean): void {
    if (this.#hasCarrier === isUp) return;
    this.#hasCarrier = isUp;
    this.#owner.carrierChanged(this);
  }
}
