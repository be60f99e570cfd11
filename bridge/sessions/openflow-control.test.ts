import { expect, test } from 'vitest';
import { Writer } from '../codec/writer.ts';
import { matchOf } from '../protocols/openflow/v10/match.ts';
import { decodeMessage, encodeMessage, type Message } from '../protocols/openflow/v10/message.ts';
import { OpenFlowSession } from './openflow-session.ts';
import type { RequestAnswer } from './pending-requests.ts';
import { hello, SwitchConversation } from './testing/conversation.ts';

const none = new Uint8Array(0);
const flowMod = (xid: number): Message => ({
  kind: 'flowMod',
  xid,
  match: matchOf(),
  cookie: 0n,
  command: 'add',
  idleTimeoutS: 0,
  hardTimeoutS: 0,
  priority: 1,
  bufferId: 0xffff_ffff,
  outPort: 0xffff,
  flags: [],
  actions: [],
});

test('[OF61] what is said is heard by whoever listens, but for packets; what cannot be read too', () => {
  const heard: [boolean, string][] = [];
  const writer = new Writer();
  const session = new OpenFlowSession(
    { writer, flush: () => undefined },
    {
      output: () => undefined,
      packetIn: () => undefined,
      control: (isOurs, bytes, start, end) => {
        const its = bytes.slice(start, end);
        heard.push([isOurs, its[0] === 1 && its[1] !== 16 ? decodeMessage(its).kind : `${its.length} bytes`]);
      },
    },
  );
  session.open(0);
  const packet: Message = {
    kind: 'packetIn',
    xid: 0,
    bufferId: 1,
    totalLength: 60,
    inPort: 1,
    reason: 'noMatch',
    data: new Uint8Array(60),
  };
  session.receive(encodeMessage(hello()), 0);
  session.receive(encodeMessage(packet), 0);
  session.receive(Uint8Array.of(1, 16, 0, 9, 0, 0, 0, 1, 0), 0);
  expect(heard).toEqual([
    [true, 'hello'],
    [false, 'hello'],
    [true, 'featuresRequest'],
    [false, '9 bytes'],
  ]);
});

test('[OF62] a message is confirmed by the barrier behind it, or by the ERROR about it', () => {
  const talk = SwitchConversation.ready();
  const answers: RequestAnswer['kind'][] = [];
  const confirm = () => {
    talk.session.confirm(flowMod, (answer) => {
      answers.push(answer.kind);
      if (answer.kind === 'error') expect(answer.error).toBe('flowModFailed.allTablesFull');
    });
    const [mod, barrier] = talk.hears();
    expect([mod?.kind, barrier?.kind]).toEqual(['flowMod', 'barrierRequest']);
    return [mod?.xid ?? 0, barrier?.xid ?? 0] as const;
  };
  const [, first] = confirm();
  const [mod, second] = confirm();
  talk.says({ kind: 'barrierReply', xid: first });
  talk.says({ kind: 'error', xid: mod, type: 3, code: 0, data: none }, { kind: 'barrierReply', xid: second });
  expect(answers).toEqual(['reply', 'error']);
  confirm();
  talk.session.close('enough');
  talk.session.confirm(flowMod, (answer) => answers.push(answer.kind));
  expect(answers.slice(2)).toEqual(['closed', 'closed']);
});
