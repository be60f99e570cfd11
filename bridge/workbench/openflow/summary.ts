import { DecodeError } from '../../codec/errors.ts';
import { actionsText, portText } from '../../packet/flow/action-words.ts';
import { matchText } from '../../packet/flow/match-words.ts';
import { errorName } from '../../protocols/openflow/v10/error.ts';
import { matchFields } from '../../protocols/openflow/v10/match.ts';
import { decodeMessage, type Message, type MessageOf } from '../../protocols/openflow/v10/message.ts';
import { portNumbers } from '../../protocols/openflow/v10/port.ts';
import type { StatsReply } from '../../protocols/openflow/v10/stats.ts';
import { nameOf } from '../../sessions/openflow-session.ts';

/** A message in two words and a line. */
export interface ControlSummary {
  /** `FLOW_MOD`, as the specification writes it. */
  readonly type: string;
  readonly info: string;
  readonly xid: number;
}

/** Reads a message for one line; what cannot be read says so. */
export function summaryOf(bytes: Uint8Array): ControlSummary {
  try {
    const message = decodeMessage(bytes);
    return { type: nameOf(message), info: infoOf(message), xid: message.xid };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { type: 'MALFORMED', info: error.message, xid: 0 };
  }
}

const plural = (n: number, what: string, many = `${what}s`): string => `${n} ${n === 1 ? what : many}`;
const joined = (...parts: readonly (string | false)[]): string => parts.filter(Boolean).join(' ');
const matched = (match: Parameters<typeof matchFields>[0]): string => matchText(matchFields(match)) || 'everything';

function infoOf(message: Message): string {
  switch (message.kind) {
    case 'hello':
      return `version ${message.version}`;
    case 'error':
      return errorName(message.type, message.code);
    case 'featuresReply':
      return `datapath ${message.datapathId.toString(16).padStart(16, '0')}, ${plural(message.ports.length, 'port')}, ${plural(message.tables, 'table')}, ${plural(message.buffers, 'buffer')}`;
    case 'setConfig':
    case 'getConfigReply':
      return `fragments ${message.fragments}, the first ${message.missSendLength} bytes of a miss`;
    case 'flowMod':
      return flowModInfo(message);
    case 'flowRemoved':
      return `${message.reason}: ${matched(message.match)} priority=${message.priority}, ${plural(Number(message.packetCount), 'packet')} in ${message.durationS} s`;
    case 'portStatus':
      return `${message.reason} port ${message.port.number} (${message.port.name})${message.port.state.includes('linkDown') ? ', link down' : ''}`;
    case 'portMod':
      return `port ${message.port}: ${message.mask.map((bit) => (message.config.includes(bit) ? bit : `not ${bit}`)).join(', ') || 'nothing'}`;
    case 'statsRequest':
      return message.stats.kind;
    case 'statsReply':
      return statsInfo(message.stats);
    case 'vendor':
      return `vendor 0x${message.vendor.toString(16)}, ${message.body.length} bytes`;
    case 'unknown':
      return `version ${message.version}, ${message.raw.length} bytes`;
    default:
      return '';
  }
}

function flowModInfo(flow: MessageOf<'flowMod'>): string {
  const isDelete = flow.command === 'delete' || flow.command === 'deleteStrict';
  const isStrict = flow.command !== 'delete' && flow.command !== 'modify';
  return joined(
    String(flow.command).replace('Strict', ' strict'),
    matched(flow.match),
    isStrict && `priority=${flow.priority}`,
    isDelete && flow.outPort !== portNumbers.None && `that send to ${portText(flow.outPort)}`,
    flow.idleTimeoutS > 0 && `idle=${flow.idleTimeoutS}`,
    flow.hardTimeoutS > 0 && `hard=${flow.hardTimeoutS}`,
    !isDelete && `→ ${actionsText(flow.actions)}`,
  );
}

function statsInfo(stats: StatsReply): string {
  const more = stats.flags.includes('more') ? ', more follows' : '';
  switch (stats.kind) {
    case 'desc':
      return [stats.manufacturer, stats.hardware, stats.software].filter(Boolean).join(' ');
    case 'flow':
      return `flow: ${plural(stats.flows.length, 'entry', 'entries')}${more}`;
    case 'aggregate':
      return `aggregate: ${plural(stats.flowCount, 'entry', 'entries')}, ${plural(Number(stats.packetCount), 'packet')}`;
    case 'table':
      return `table: ${plural(stats.tables.length, 'table')}${more}`;
    case 'port':
      return `port: ${plural(stats.ports.length, 'port')}${more}`;
    case 'queue':
      return `queue: ${plural(stats.queues.length, 'queue')}${more}`;
    default:
      return `${stats.kind}${more}`;
  }
}
