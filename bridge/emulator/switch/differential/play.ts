import { noBuffer } from '../../../protocols/openflow/v10/bodies.ts';
import { decodeMessage, encodeMessage, type Message, type MessageOf } from '../../../protocols/openflow/v10/message.ts';
import type { SwitchUnderTest } from '../../../testing/switch-under-test.ts';
import type { Observed } from './observed.ts';
import type { Context, Sent, Sequence, Step } from './sequence.ts';

/**
 * Plays a sequence against a switch that is connected, and tells what came back in each step. Where it is known how much
 * `other` said, a late thread of the switch is waited for.
 */
export async function play(
  sequence: Sequence,
  its: SwitchUnderTest,
  other: readonly Observed[] = [],
): Promise<readonly Observed[]> {
  const known = new Known();
  if (sequence.opening !== 'none') {
    its.write(encodeMessage({ kind: 'hello', xid: 1, version: 1, elements: new Uint8Array(0) }));
    its.write(encodeMessage({ kind: 'featuresRequest', xid: 2 }));
    const { messages } = await its.settled();
    for (const message of messages) known.hear(decodeMessage(message));
  }
  const observed: Observed[] = [];
  for (const [index, step] of sequence.steps.entries()) {
    await take(step, index + 1, its, known);
    const { messages, frames, isClosed } = await its.settled(howMuch(other[index]));
    const decoded = messages.map((bytes) => decodeMessage(bytes));
    for (const message of decoded) known.hear(message);
    observed.push({ step: `${index + 1}: ${step.what}`, messages: decoded, frames, isClosed });
  }
  return observed;
}

const howMuch = (observed: Observed | undefined): number =>
  observed === undefined ? 0 : observed.messages.length + observed.frames.length + (observed.isClosed ? 1 : 0);

async function take(step: Step, number: number, its: SwitchUnderTest, known: Context): Promise<void> {
  if (step.kind === 'wait') await its.wait(step.ms);
  else if (step.kind === 'frame') await its.frame(step.port, step.frame);
  else its.write(Buffer.concat(step.make(known).map((sent) => bytesOf(sent, number))));
}

const bytesOf = (sent: Sent, xid: number): Uint8Array => {
  if (sent instanceof Uint8Array) return sent;
  return encodeMessage(sent.xid === 0 ? { ...sent, xid } : sent);
};

class Known implements Context {
  readonly #macs = new Map<number, string>();
  #packetIn: MessageOf<'packetIn'> | undefined;

  hear(message: Message): void {
    if (message.kind === 'featuresReply') for (const { number, mac } of message.ports) this.#macs.set(number, mac);
    if (message.kind === 'packetIn') this.#packetIn = message;
  }

  macOf(port: number): string {
    return this.#macs.get(port) ?? '00:00:00:00:00:00';
  }

  packetIn(): { readonly bufferId: number; readonly inPort: number; readonly data: Uint8Array } {
    return this.#packetIn ?? { bufferId: noBuffer, inPort: 0, data: new Uint8Array(0) };
  }
}
