import type { MatchFields } from '../../../../protocols/openflow/v10/match.ts';
import { bob, plain } from '../frames.ts';
import { dumpFlows, flowMod, forward } from '../messages.ts';
import { frameIn, type Sequence, type Step, send, type Topic, wait } from '../sequence.ts';

const told = { flags: ['sendFlowRemoved'] } as const;
const toBob: MatchFields = { dlDst: bob.mac };
const hit = frameIn(1, plain());
const timed = (name: string, fields: Parameters<typeof flowMod>[0], ...steps: readonly Step[]): Sequence => ({
  name: `time-outs: ${name}`,
  steps: [send(forward(toBob, [2], { ...told, ...fields })), ...steps, dumpFlows],
});

export const timeouts: Topic = {
  name: 'time-outs and FLOW_REMOVED',
  rule: 'ED19',
  sequences: [
    timed('idle', { idleTimeoutS: 2 }, wait(1200), dumpFlows, wait(2000)),
    timed('hard', { hardTimeoutS: 2 }, wait(1200), dumpFlows, wait(2000)),
    timed('idle, kept alive by a frame', { idleTimeoutS: 2 }, wait(1200), hit, wait(1200), dumpFlows, wait(2000)),
    timed('hard is not put off by a frame', { hardTimeoutS: 2 }, wait(1200), hit, wait(1700)),
    timed('idle before hard', { idleTimeoutS: 1, hardTimeoutS: 9 }, wait(3000)),
    timed('hard before idle', { idleTimeoutS: 9, hardTimeoutS: 1 }, wait(3000)),
    timed('both at the same time', { idleTimeoutS: 2, hardTimeoutS: 2 }, wait(4000)),
    timed(
      'hard, with idle kept alive',
      { idleTimeoutS: 2, hardTimeoutS: 3 },
      wait(1200),
      hit,
      wait(1000),
      hit,
      wait(2000),
    ),
    timed(
      'counters and cookie are told',
      { idleTimeoutS: 1, cookie: 0x1234_5678_9abcn, priority: 77 },
      hit,
      hit,
      wait(3000),
    ),
    timed('nobody wanted to know', { idleTimeoutS: 1, flags: [] }, wait(3000)),
    timed('none', {}, wait(60_000), dumpFlows),
    timed('the longest', { idleTimeoutS: 0xffff, hardTimeoutS: 0xffff }, wait(10_000)),
    timed('deleted before', { idleTimeoutS: 5 }, hit, wait(1200), send(flowMod({ command: 'delete' })), wait(6000)),
    timed(
      'replaced before: the clock begins again',
      { hardTimeoutS: 2 },
      wait(1200),
      send(forward(toBob, [3], { ...told, hardTimeoutS: 2 })),
      wait(1200),
      dumpFlows,
      wait(2000),
    ),
    timed(
      'modified before: the clock goes on',
      { hardTimeoutS: 2 },
      wait(1200),
      send(forward(toBob, [3], { command: 'modify' })),
      wait(1700),
    ),
    timed(
      'modified before: idle goes on',
      { idleTimeoutS: 2 },
      wait(1200),
      send(forward(toBob, [3], { command: 'modifyStrict' })),
      wait(1700),
    ),
    timed('a statistics request keeps nothing alive', { idleTimeoutS: 2 }, wait(1200), dumpFlows, wait(1700)),
    timed(
      'an entry that drops times out, too',
      { idleTimeoutS: 2, actions: [] },
      hit,
      wait(1200),
      hit,
      wait(1200),
      dumpFlows,
      wait(2000),
    ),
    timed('what comes afterwards is a PACKET_IN', { hardTimeoutS: 1 }, hit, wait(3000), hit),
    {
      name: 'time-outs: the entry below counts when the one above is gone',
      steps: [
        send(forward({}, [4], { priority: 1 }), forward(toBob, [2], { ...told, hardTimeoutS: 1 })),
        hit,
        wait(3000),
        hit,
        dumpFlows,
      ],
    },
    {
      name: 'time-outs: several entries, each at its time',
      steps: [
        send(
          ...[1, 2, 3].map((seconds) =>
            forward({ inPort: seconds }, [4], { ...told, hardTimeoutS: seconds, cookie: BigInt(seconds) }),
          ),
        ),
        ...[1700, 1000, 1000].flatMap((ms) => [wait(ms), dumpFlows]),
      ],
    },
    {
      name: 'FLOW_REMOVED of an entry added by modify',
      steps: [send(forward(toBob, [2], { ...told, command: 'modify', idleTimeoutS: 1 })), wait(3000)],
    },
    {
      name: 'FLOW_REMOVED by delete tells its age',
      steps: [
        send(forward(toBob, [2], { ...told, idleTimeoutS: 9, hardTimeoutS: 11 })),
        hit,
        wait(3000),
        send(flowMod({ command: 'delete' })),
      ],
    },
  ],
};
