import { type Static, type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { ClientToServer } from '../contract/events.ts';
import { LabId, NodeName } from '../contract/lab.ts';
import { AppError } from '../errors.ts';
import { firstFault } from '../schema-faults.ts';

const strict = { additionalProperties: false } as const;
const TerminalId = Type.String({ minLength: 1, maxLength: 100 });
const Seq = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Bytes = Type.Refine(Type.Unsafe<Uint8Array>({ description: 'bytes' }), (value) => value instanceof Uint8Array);
const Target = Type.Union([
  Type.Object({ kind: Type.Literal('mininet') }, strict),
  Type.Object({ kind: Type.Literal('router'), router: NodeName }, strict),
  Type.Object({ kind: Type.Literal('host'), host: NodeName }, strict),
]);
const OneLab = Type.Object({ lab: LabId }, strict);
const OneTerminal = Type.Object({ lab: LabId, id: TerminalId }, strict);

/** What each event of a page must carry (LIVE2). */
const schemas = {
  'lab:watch': OneLab,
  'lab:unwatch': OneLab,
  'terminal:open': Type.Object({ lab: LabId, target: Target }, strict),
  'terminal:join': OneTerminal,
  'terminal:leave': OneTerminal,
  'terminal:end': OneTerminal,
  'terminal:input': Type.Object({ lab: LabId, id: TerminalId, data: Bytes }, strict),
  'terminal:resize': Type.Object(
    {
      lab: LabId,
      id: TerminalId,
      cols: Type.Integer({ minimum: 2, maximum: 1000 }),
      rows: Type.Integer({ minimum: 1, maximum: 500 }),
    },
    strict,
  ),
  'terminal:drawn': Type.Object({ lab: LabId, id: TerminalId, bytes: Seq }, strict),
  'trace:follow': Type.Object({ lab: LabId, fromSeq: Seq, newest: Type.Optional(Seq) }, strict),
  'trace:unfollow': OneLab,
  'trace:taken': Type.Object({ lab: LabId, seq: Seq }, strict),
} as const satisfies Record<Exclude<keyof ClientToServer, 'ping'>, TSchema>;

type EventName = keyof typeof schemas;
type Payload<E extends EventName> = Static<(typeof schemas)[E]>;

/** The value that an event is answered with; null where the contract asks for no answer. */
type AnswerTo<E extends EventName> =
  Parameters<ClientToServer[E]> extends [unknown, (answer: infer A) => void]
    ? Extract<A, { ok: true }> extends { value: infer V }
      ? V
      : never
    : null;

export type Handlers = { readonly [E in EventName]: (payload: Payload<E>) => AnswerTo<E> | Promise<AnswerTo<E>> };

/** Compiled once; each tells a payload of its event from anything else. */
const validators = new Map(Object.entries(schemas).map(([event, schema]) => [event, Compile<TSchema>(schema)]));

/** Handlers behind their checks: an unknown event or a payload that is not as agreed throws bad-request. */
export function dispatcher(handlers: Handlers): (event: string, payload: unknown) => unknown {
  return (event, payload) => {
    if (!isEvent(event)) throw new AppError('bad-request', 'The server knows no event of this name.');
    return handle(handlers, event, payload);
  };
}

function handle<E extends EventName>(handlers: Handlers, event: E, payload: unknown): unknown {
  if (isPayload(event, payload)) return handlers[event](payload);
  throw new AppError('bad-request', firstFault(schemas[event], payload, event) ?? `${event}: not as agreed`);
}

function isEvent(name: string): name is EventName {
  return validators.has(name);
}

function isPayload<E extends EventName>(event: E, value: unknown): value is Payload<E> {
  return validators.get(event)?.Check(value) ?? false;
}
