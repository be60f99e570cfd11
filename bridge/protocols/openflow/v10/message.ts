import type { Infer } from '../../../codec/codec.ts';
import { EncodeError } from '../../../codec/errors.ts';
import { rest } from '../../../codec/raw.ts';
import { Reader } from '../../../codec/reader.ts';
import type { Span } from '../../../codec/span.ts';
import { offsetOf } from '../../../codec/struct.ts';
import type { Flat, Variant } from '../../../codec/tagged.ts';
import { Writer } from '../../../codec/writer.ts';
import { bodies } from './bodies.ts';
import { Header, headerLength, maxMessageLength, messageTypes, version } from './header.ts';

interface WithXid {
  readonly xid: number;
}
/** A HELLO is read whatever its version, because the versions are what it is about. */
type Hello = Flat<{ readonly kind: 'hello'; readonly version: number } & WithXid & Infer<(typeof bodies.hello)[1]>>;
/** A message of another version, or of a type that 1.0.0 does not have: its header, and its body as bytes (OF4). */
interface UnknownMessage extends WithXid {
  readonly kind: 'unknown';
  readonly version: number;
  readonly type: number;
  readonly raw: Uint8Array;
}
export type Message = Variant<Omit<typeof bodies, 'hello'>, WithXid> | Hello | UnknownMessage;
/** The message of one kind: `MessageOf<'packetIn'>`. */
export type MessageOf<K extends Message['kind']> = Extract<Message, { readonly kind: K }>;

const known = new Map(Object.entries(bodies).map(([kind, [type, body]]) => [kind, { kind, type, body }]));
const byType = new Map([...known.values()].map((entry) => [entry.type as number, entry]));
const lengthAt = offsetOf(Header, 'length');
const beside = { common: new Set(['kind', 'xid']), hello: new Set(['kind', 'xid', 'version']) };
const unknownKeys = new Set(['kind', 'xid', 'version', 'type', 'raw']);

/**
 * Reads the one message that fills `bytes[start, end)`; throws DecodeError (OF1). Byte fields of the result are views of
 * `bytes`: copy what outlives it.
 */
export function decodeMessage(bytes: Uint8Array, start = 0, end = bytes.length): Message {
  return readMessage(new Reader(bytes, start, end));
}

/** Like decodeMessage, with the place of every field, those of the header included. */
export function dissectMessage(bytes: Uint8Array): { readonly message: Message; readonly spans: readonly Span[] } {
  const spans: Span[] = [];
  return { message: readMessage(new Reader(bytes, 0, bytes.length, spans)), spans };
}

function readMessage(r: Reader): Message {
  const start = r.offset;
  const header: Record<string, unknown> = {};
  Header.readFields(r, header);
  const { version: theirs, type, length, xid } = header;
  if (typeof length !== 'number' || length < headerLength || start + length !== r.end) {
    r.fail(`length ${length} of a message of ${r.end - start} bytes`, start + lengthAt);
  }
  const entry =
    typeof type === 'number' && (theirs === version || type === messageTypes.hello) ? byType.get(type) : undefined;
  const message: Record<string, unknown> = { kind: entry?.kind ?? 'unknown', xid };
  if (entry === undefined || entry.kind === 'hello') message.version = theirs;
  if (entry === undefined) {
    message.type = type;
    message.raw = r.part('raw', rest);
  } else entry.body.readFields(r, message);
  r.expectEnd();
  // Header and body were read by the very codecs that Message is inferred from.
  return message as unknown as Message;
}

/** Throws EncodeError for a value that the wire cannot carry (OF1). */
export function encodeMessage(message: Message): Uint8Array {
  const w = new Writer();
  appendMessage(w, message);
  return w.finish();
}

/** Appends a message to what will be sent; when it throws EncodeError, the writer is as it was before. */
export function appendMessage(w: Writer, message: Message): void {
  const start = w.length;
  try {
    writeMessage(w, message);
    const length = w.length - start;
    if (length > maxMessageLength) throw new EncodeError(`${length} bytes are more than ${maxMessageLength}`, 'length');
    w.view.setUint16(start + lengthAt, length);
  } catch (error) {
    w.truncate(start);
    throw error;
  }
}

function writeMessage(w: Writer, message: Message): void {
  const { kind, xid } = message;
  if (kind === 'unknown') {
    for (const key in message) if (!unknownKeys.has(key)) w.failAt(key, 'is not a field of this message');
    Header.writeFields(w, { version: message.version, type: message.type, length: 0, xid });
    if (!(message.raw instanceof Uint8Array)) w.failAt('raw', 'is not a Uint8Array');
    w.append(message.raw);
    return;
  }
  const entry = known.get(kind) ?? w.failAt('kind', `no message is named ${String(kind)}`);
  const { type, body } = entry;
  body.checkKeys(w, message, kind === 'hello' ? beside.hello : beside.common);
  Header.writeFields(w, { version: kind === 'hello' ? message.version : version, type, length: 0, xid });
  body.writeFields(w, message);
}
