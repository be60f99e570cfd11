import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeMessage, type Message } from '../../../protocols/openflow/v10/message.ts';
import { arbitraryMessages } from '../../../testing/openflow-messages.ts';
import { ping } from '../differential/frames.ts';
import { SwitchBench, TestController } from '../testing/switch-bench.ts';

const arbitraryMessage = fc.oneof(...Object.values<fc.Arbitrary<Message>>(arbitraryMessages));

/** Whether the switch still lives: a new controller is greeted and answered. */
function lives(bench: SwitchBench): boolean {
  const controller = new TestController(bench.sw).greets();
  const answers = controller.asks({ kind: 'barrierRequest', xid: 77 });
  return answers.some((message: Message) => message.kind === 'barrierReply' && message.xid === 77);
}

test('[ES52] whatever a controller sends, the switch answers readable messages, forwards, and lives on', () => {
  fc.assert(
    fc.property(fc.array(arbitraryMessage, { maxLength: 12 }), fc.infiniteStream(fc.nat()), (messages, chance) => {
      const bench = new SwitchBench();
      const next = (): number => chance.next().value ?? 0;
      for (const message of messages) {
        const bytes = encodeMessage(message);
        // One byte in every other message is another one; the length stays, so that the next one is found.
        const at = next() % bytes.length;
        if (next() % 2 === 0 && at !== 2 && at !== 3) bytes[at] = next() & 0xff;
        bench.controller.saysBytes(bytes);
        bench.gives(1 + (next() % 3), ping());
        bench.controller.hears();
      }
      bench.scheduler.advance(100_000_000);
      bench.controller.hears();
      expect(lives(bench)).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test('[ES52] bytes that are no messages end the connection and nothing else', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 10 }), (chunks) => {
      const bench = new SwitchBench();
      for (const chunk of chunks) bench.controller.saysBytes(chunk);
      expect(lives(bench)).toBe(true);
    }),
  );
});
