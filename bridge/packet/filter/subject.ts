import { parseIpv4 } from '../../codec/addresses.ts';
import {
  checksumStatus,
  dissectLayers,
  type Field,
  type Layer,
  type Summary,
  standsFor,
  summarize,
} from '../dissect.ts';
import type { Value } from './constants.ts';
import { type FieldInfo, numberBits } from './fields.ts';
import { Layout } from './layout.ts';
import { type FilterContext, type FilterRecord, newFilterRecord } from './record.ts';

/** Layers that must be dissected for fields of `protocols`; undefined when all are. */
export function wantedLayers(protocols: Iterable<string>): ReadonlySet<string> | undefined {
  const wanted = new Set(protocols);
  // Whatever carries bytes may leave some to `data`, and any layer may be malformed.
  if (wanted.has('data') || wanted.has('_ws')) return undefined;
  // What is padded tells Ethernet.
  if (wanted.has('eth')) for (const name of ['arp', 'lldp']) wanted.add(name);
  return wanted;
}

/** The record that a filter looks at now, with what was found out about it: the layout and the dissection at most once. */
export class Subject {
  readonly context: FilterContext;
  readonly #wanted: ReadonlySet<string> | undefined;
  readonly #layout = new Layout();
  #record: FilterRecord = newFilterRecord();
  #hasLayout = false;
  #layers: readonly Layer[] | undefined;
  #summary: Summary | undefined;
  #frame: Uint8Array | undefined;

  constructor(context: FilterContext, wanted: ReadonlySet<string> | undefined) {
    this.context = context;
    this.#wanted = wanted;
  }

  get record(): FilterRecord {
    return this.#record;
  }

  look(record: FilterRecord): void {
    this.#record = record;
    this.#hasLayout = false;
    this.#layers = undefined;
    this.#summary = undefined;
    this.#frame = undefined;
  }

  get layout(): Layout {
    // What is no frame of Ethernet is never a plain one.
    if (!this.#hasLayout && this.context.first === undefined) {
      this.#layout.read(this.#record);
      this.#hasLayout = true;
    }
    return this.#layout;
  }

  get frame(): Uint8Array {
    const { bytes, start, end } = this.#record;
    this.#frame ??= bytes.subarray(start, end);
    return this.#frame;
  }

  get summary(): Summary {
    this.#summary ??= summarize(this.frame, this.#record.length);
    return this.#summary;
  }

  get layers(): readonly Layer[] {
    this.#layers ??= dissectLayers(this.frame, this.#record.length, this.#wanted, this.context.first);
    return this.#layers;
  }

  /** All values of a field of the dissected layers, in the order of the frame. */
  values({ name, type, protocol, declared }: FieldInfo): Value[] {
    const found: Value[] = [];
    if (declared !== undefined) {
      for (const layer of this.layers) {
        if (layer.name !== protocol || !isMessage(layer, declared.message)) continue;
        if (type === 'protocol') found.push(this.frame.subarray(layer.start, layer.reach));
        for (const wanted of declared.inTree) this.#collect(layer.fields, wanted, type, found);
      }
      return found;
    }
    if (type === 'protocol') {
      for (const layer of this.layers)
        if (layer.name === name) found.push(this.frame.subarray(layer.start, layer.reach));
      if (!name.includes('.')) return found;
    }
    const isAnywhere = protocol === '_ws';
    for (const layer of this.layers) {
      if (isAnywhere || layer.name === protocol) this.#collect(layer.fields, name, type, found);
    }
    return found;
  }

  #collect(fields: readonly Field[], wanted: string, type: FieldInfo['type'], found: Value[]): void {
    for (const field of fields) {
      const { name, note, children } = field;
      if (name === wanted || standsFor[name] === wanted) found.push(valueFrom(field, type, this.frame));
      else if (note !== undefined && wanted === `${name}.status`)
        found.push(checksumStatus(name, field.value, note.level));
      if (children !== undefined) this.#collect(children, wanted, type, found);
    }
  }
}

const typeFields: ReadonlySet<string> = new Set(['openflow_1_0.type', 'of.type', 'vns.type']);

/** Whether a layer is a message of this type; undefined is any. */
const isMessage = ({ fields }: Layer, type: number | undefined): boolean =>
  type === undefined || fields.some(({ name, value }) => typeFields.has(name) && value === type);

/** A number of up to 64 bits that the tree tells in words. */
function numberIn(bytes: Uint8Array): number | bigint {
  let number = 0n;
  for (const byte of bytes) number = number * 256n + BigInt(byte);
  return number <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(number) : number;
}

function valueFrom({ value, start, end }: Field, type: FieldInfo['type'], frame: Uint8Array): Value {
  switch (type) {
    case 'bytes':
    case 'ether':
    case 'ipv6':
    case 'protocol':
      return frame.subarray(start, end);
    case 'ipv4':
      return parseIpv4(String(value)) ?? 0;
    default:
      if (typeof value === 'string' && numberBits[type] !== undefined) return numberIn(frame.subarray(start, end));
      return typeof value === 'boolean' ? Number(value) : value;
  }
}
