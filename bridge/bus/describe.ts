import type { BridgeEvent } from '../api.ts';
import type { BridgeEvents } from './events.ts';

type Description = Pick<BridgeEvent, 'node' | 'level' | 'text' | 'reason'>;
type Describe = { readonly [K in keyof BridgeEvents]: (event: BridgeEvents[K]) => Description };

const info = (node: string, text: string, reason = ''): Description => ({ node, level: 'info', text, reason });
const warn = (node: string, text: string, reason = ''): Description => ({ node, level: 'warn', text, reason });
const bad = (node: string, text: string, reason = ''): Description => ({ node, level: 'bad', text, reason });
const plural = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

/** Every event in words for a person; one line an event, the reason apart. */
const descriptions: Describe = {
  'switch:connected': (e) =>
    info(e.node, `Switch ${e.node} connected: ${[e.description, plural(e.ports, 'port')].filter(Boolean).join(', ')}`),
  'switch:disconnected': (e) => warn(e.node, `Switch ${e.node} disconnected`, e.reason),
  'switch:replaced': (e) =>
    warn(e.node, `Switch ${e.node} connected again; the newer connection counts`, `${e.peer} instead of ${e.previous}`),
  'switch:error': (e) =>
    warn(e.node, `Switch ${e.node} refused ${e.request}`, e.seq === 0 ? e.error : `${e.error}, record ${e.seq}`),
  'port:changed': (e) => info(e.node, `Port ${e.port} (${e.name}) of ${e.node} ${changes[e.change]}`),
  'router:connected': (e) =>
    info(e.node, `Router ${e.node} connected from ${e.peer}`, `virtual host "${e.virtualHost}"`),
  'router:parked': (e) => info(e.node, `Router ${e.node} waits for its interfaces`, e.waitsFor),
  'router:ready': (e) => info(e.node, `Router ${e.node} is ready: ${e.interfaces.join(', ')}`),
  'router:stale': (e) =>
    warn(
      e.node,
      `Router ${e.node} has an outdated ${e.interfaceName}: HWINFO was sent already and is not sent again`,
      `${e.why}; restart the router`,
    ),
  'router:refused': (e) => warn(e.node, `A router from ${e.peer} was refused`, e.reason),
  'router:disconnected': (e) => warn(e.node, `Router ${e.node} disconnected`, e.reason),
  'queue:full': (e) => warn(e.node, `${e.node || e.peer} takes frames more slowly than they come: some are dropped`),
  'queue:drained': (e) => info(e.node, `${e.node || e.peer} takes frames again`),
  'peer:malformed': (e) => bad(e.node, `${e.node || e.peer} sent something that cannot be understood`, e.reason),
  'peer:refused': (e) => warn(e.node, `The connection from ${e.peer} was ended`, e.reason),
  'frame:expired': (e) =>
    warn(e.node, `Frame ${e.id} was held at ${e.node} for too long and was dropped`, `record ${e.seq}`),
  'fault:began': (e) => warn(e.node, `Fault ${e.fault} began: ${e.what}`, e.node),
  'fault:ended': (e) => info(e.node, `Fault ${e.fault} ended: ${e.what}`, e.node),
  'router:kill': (e) => warn(e.node, `Fault ${e.fault} kills router ${e.node}`),
  'listener:failed': (e) => bad('', `Listening on ${e.address} failed`, e.reason),
  'bridge:fault': (e) => bad('', 'A fault in the bridge was contained', e.what),
};
const changes = { added: 'appeared', removed: 'is gone', up: 'is up', down: 'is down', changed: 'changed' } as const;

export const eventKinds = Object.keys(descriptions) as (keyof BridgeEvents)[];

/** Longest text or reason: both may quote what a peer sent. */
const longest = 400;

/** An event in words, safe to print: a peer's control characters do not reach a terminal (BR16). */
export function describeEvent<K extends keyof BridgeEvents>(kind: K, event: BridgeEvents[K]): Description {
  const { node, level, text, reason } = descriptions[kind](event);
  return { node, level, text: printable(text), reason: printable(reason) };
}

function printable(text: string): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return cut.replace(/\p{Cc}|\p{Cf}|\p{Cs}/gu, '?');
}
