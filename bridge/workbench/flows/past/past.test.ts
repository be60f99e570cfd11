import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plain, tcp } from '../../../emulator/switch/differential/frames.ts';
import { flowMod, output, SwitchBench } from '../../../emulator/switch/testing/switch-bench.ts';
import { actionsText } from '../../../packet/flow/action-words.ts';
import { type MatchFields, matchOf } from '../../../protocols/openflow/v10/match.ts';
import { encodeMessage, type Message, type MessageOf } from '../../../protocols/openflow/v10/message.ts';
import { ControlLog } from '../../../trace/control-log.ts';
import { tableEvidence } from './evidence.ts';
import { idOf } from './past-entry.ts';
import { pastRow } from './past-row.ts';
import { tableAt } from './table-at.ts';

type FlowMod = MessageOf<'flowMod'>;
type Fields = Parameters<typeof flowMod>[0];
const second = 1_000_000;
const stepUs = 50_000;
const everything = { kind: 'flow', flags: [], match: matchOf(), tableId: 0xff, outPort: 0xffff } as const;

/** A switch, what is logged of its conversation, and its real table at each moment that was looked at. */
class Recorded {
  readonly bench = new SwitchBench();
  readonly control: ControlLog;
  readonly #channel;
  #xid = 100;

  constructor(capacity?: number) {
    this.control = new ControlLog(() => this.nowUs, capacity);
    this.#channel = this.control.open('bench');
    this.#channel.name = 'sw0';
  }

  get nowUs(): number {
    return this.bench.scheduler.nowUs();
  }

  say(message: (xid: number) => Message, heardAfterUs = 0): void {
    this.#xid += 1;
    this.#log(true, message(this.#xid));
    this.bench.controller.says(message(this.#xid));
    this.bench.scheduler.advance(heardAfterUs);
    this.hear();
  }

  mod(fields: Fields): void {
    this.say((xid) => ({ ...flowMod(fields), xid }));
  }

  /** Statistics that are asked for, and logged. */
  read(heardAfterUs = 0): void {
    this.say((xid) => ({ kind: 'statsRequest', xid, stats: everything }), heardAfterUs);
  }

  /** What the switch said by now; PACKET_INs are not control messages. */
  hear(): void {
    for (const message of this.bench.controller.hears()) if (message.kind !== 'packetIn') this.#log(false, message);
  }

  /** Time passes; each step the switch is heard. */
  pass(us: number): void {
    for (let left = us; left > 0; left -= stepUs) {
      this.bench.scheduler.advance(Math.min(left, stepUs));
      this.hear();
    }
  }

  /** The table as it is, without a word in the log: what somebody beside the controller would see. */
  truth(): { tUs: number; rows: Map<string, string> } {
    const [reply] = this.bench.controller.asks({ kind: 'statsRequest', xid: 1, stats: everything });
    if (reply?.kind !== 'statsReply' || reply.stats.kind !== 'flow') throw new Error('no statistics');
    return {
      tUs: this.nowUs,
      rows: new Map(reply.stats.flows.map((flow) => [idOf(flow), `${actionsText(flow.actions)} ${flow.cookie}`])),
    };
  }

  /** Somebody beside the controller changes the table. */
  others(fields: Fields): void {
    this.bench.controller.says(flowMod(fields));
    this.hear();
  }

  async at(atUs: number) {
    const table = tableAt(await tableEvidence(this.control, 'sw0', atUs), atUs);
    return { ...table, rows: table.entries.map((entry) => pastRow(entry, atUs)) };
  }

  #log(isOurs: boolean, message: Message): void {
    const wire = encodeMessage(message);
    this.control.append(this.#channel, isOurs, wire, 0, wire.length);
  }
}

const clear: Fields = { match: matchOf(), command: 'delete' };
const web = { dlType: 0x0800, nwProto: 6, nwDst: '10.0.0.2', tpDst: 80 };

describe('the table of a moment', () => {
  test('[WB172] follows FLOW_MODs and FLOW_REMOVEDs: what was added, changed and deleted, and when', async () => {
    const lab = new Recorded();
    lab.mod(clear);
    lab.pass(second);
    lab.mod({ match: matchOf({ inPort: 1 }), actions: [output(2)], cookie: 1n });
    lab.mod({ match: matchOf(web), actions: [output(3)], hardTimeoutS: 3, flags: ['sendFlowRemoved'] });
    lab.pass(second);
    lab.mod({ match: matchOf({ inPort: 1 }), command: 'modifyStrict', actions: [], cookie: 1n });
    lab.pass(3 * second);
    lab.mod({ match: matchOf(), command: 'delete' });
    lab.pass(second);
    const shown = async (atS: number) =>
      (await lab.at(atS * second)).rows.map((r) => `${r.matchText} ${r.actionsText}`);
    expect(await shown(0.5)).toEqual([]);
    expect(await shown(1.5)).toEqual([
      'dl_type=ip,nw_proto=tcp,nw_dst=10.0.0.2,tp_dst=80 output:3',
      'in_port=1 output:2',
    ]);
    expect(await shown(3.9)).toContain('in_port=1 drop');
    expect(await shown(3.9)).toHaveLength(2);
    expect(await shown(4.5)).toEqual(['in_port=1 drop']);
    expect(await shown(5.5)).toEqual([]);
    const [, first] = (await lab.at(2.5 * second)).rows;
    expect(first).toMatchObject({
      confidence: 'inferred',
      basis: expect.stringMatching(/^Added by FLOW_MOD #\d+ at 1\.000 s, changed by FLOW_MOD #\d+ at 2\.000 s\.$/),
      packets: -2,
      countedUs: 0,
      ageS: 1.5,
      doubt: '',
    });
  });

  test('[WB172] a FLOW_MOD that the switch refused has changed nothing', async () => {
    const lab = new Recorded();
    lab.mod(clear);
    lab.mod({ match: matchOf({ inPort: 1 }), actions: [output(2)] });
    lab.mod({ match: matchOf({ inPort: 2 }), actions: [{ kind: 'vendor', vendor: 1, body: new Uint8Array(0) }] });
    lab.pass(second);
    expect((await lab.at(lab.nowUs)).rows.map(({ matchText }) => matchText)).toEqual(['in_port=1']);
  });

  test('[WB173] an entry that tells its end was there however late that, or an answer, is heard, unless another may have come in its place', async () => {
    const told = { match: matchOf({ inPort: 1 }), idleTimeoutS: 2, flags: ['sendFlowRemoved'] } as const;
    const begun = () => {
      const lab = new Recorded();
      lab.mod(clear);
      lab.mod({ ...told, actions: [output(2)] });
      lab.pass(0.3 * second);
      lab.read();
      return lab;
    };
    const doubts = async (lab: Recorded) => (await lab.at(0.31 * second)).rows.map(({ doubt }) => doubt);
    const answered = begun();
    answered.pass(0.5 * second);
    answered.read(0.6 * second);
    expect(await doubts(answered)).toEqual(['']);

    const ended = begun();
    ended.bench.scheduler.advance(2.6 * second);
    ended.pass(0.1 * second);
    ended.read();
    expect(await doubts(ended)).toEqual(['']);

    const again = begun();
    again.pass(0.1 * second);
    again.mod({ ...told, command: 'modifyStrict', actions: [output(3)] });
    again.bench.scheduler.advance(2.6 * second);
    again.pass(0.1 * second);
    again.read();
    expect(await doubts(again)).toEqual([expect.stringMatching(/^It is not in the switch's answer at/)]);
  });

  test('[WB173] a time-out of which nothing tells is a doubt, until an answer or the end of the hard one tells', async () => {
    const lab = new Recorded();
    lab.mod(clear);
    lab.mod({ match: matchOf({ inPort: 1 }), actions: [output(2)], idleTimeoutS: 2, hardTimeoutS: 20 });
    lab.pass(4 * second);
    expect((await lab.at(second)).rows).toMatchObject([{ doubt: '' }]);
    expect((await lab.at(3 * second)).rows).toMatchObject([
      { doubt: 'Its idle time-out may have ended it since 2.000 s: nothing tells.' },
    ]);
    lab.read();
    expect((await lab.at(3 * second)).rows).toMatchObject([
      { doubt: "It is not in the switch's answer at 4.000 s: when it ended before that is not known." },
    ]);
    expect((await lab.at(lab.nowUs)).rows).toEqual([]);
    const other = new Recorded();
    other.mod(clear);
    other.mod({ match: matchOf({ inPort: 1 }), actions: [output(2)], idleTimeoutS: 10, hardTimeoutS: 20 });
    other.pass(30 * second);
    expect((await other.at(15 * second)).rows).toHaveLength(1);
    expect((await other.at(25 * second)).rows).toEqual([]);
  });

  test('[WB173] an answer after the moment makes sure of it: an entry that was used lived on', async () => {
    const lab = new Recorded();
    lab.mod(clear);
    lab.mod({ match: matchOf({ inPort: 1 }), actions: [output(2)], idleTimeoutS: 2 });
    for (let i = 0; i < 4; i++) {
      lab.pass(second);
      lab.bench.gives(1, plain());
    }
    const atUs = lab.nowUs - stepUs;
    expect((await lab.at(atUs)).rows).toMatchObject([{ doubt: expect.stringContaining('idle time-out') }]);
    lab.read();
    expect((await lab.at(atUs)).rows).toMatchObject([{ doubt: '', confidence: 'observed', packets: 4 }]);
    expect((await lab.at(1_500_000)).rows).toMatchObject([{ doubt: '', confidence: 'inferred', packets: -2 }]);
  });

  test('[WB174] what others put there shows in an answer, back to when it was made', async () => {
    const lab = new Recorded();
    lab.mod(clear);
    lab.pass(second);
    lab.others({ match: matchOf({ inPort: 3 }), actions: [output(1)], priority: 9 });
    lab.pass(3 * second);
    expect((await lab.at(2 * second)).rows).toEqual([]);
    lab.read();
    expect((await lab.at(0.5 * second)).rows).toEqual([]);
    expect((await lab.at(2 * second)).rows).toMatchObject([
      {
        id: '0/9/in_port=3',
        confidence: 'inferred',
        actionsText: 'output:1',
        basis: "In the switch's answer at 4.000 s.",
      },
    ]);
    lab.pass(second);
    lab.others({ match: matchOf({ inPort: 3 }), command: 'deleteStrict', priority: 9 });
    lab.pass(second);
    lab.read();
    expect((await lab.at(4.2 * second)).rows).toMatchObject([{ doubt: expect.stringContaining('not in the switch') }]);
  });

  test('[WB174] when the log forgot the beginning, that is told; FLOW_REMOVED tells of what else was there', async () => {
    const lab = new Recorded(4);
    lab.mod(clear);
    lab.mod({ match: matchOf({ inPort: 1 }), hardTimeoutS: 5, flags: ['sendFlowRemoved'], actions: [output(2)] });
    lab.pass(second);
    for (let i = 0; i < 3; i++) lab.say((xid) => ({ kind: 'barrierRequest', xid }));
    lab.pass(5 * second);
    const table = await lab.at(2 * second);
    expect(table.isWhole).toBe(false);
    expect(table.rows).toMatchObject([{ matchText: 'in_port=1', actionsText: 'not known', confidence: 'inferred' }]);
    lab.read();
    lab.pass(second);
    expect(await lab.at(lab.nowUs)).toMatchObject({ isWhole: true, rows: [] });
  });
});

const ports = fc.constantFrom(undefined, 1, 2);
const anyMatch: fc.Arbitrary<MatchFields> = fc.oneof(
  fc.record({ inPort: ports }),
  fc.record({
    inPort: ports,
    dlType: fc.constant(0x0800),
    nwDst: fc.constantFrom(undefined, '10.0.0.0/24', '10.0.0.2', '10.0.0.3'),
  }),
  fc.constant(web),
);
const anyMod = fc.record({
  match: anyMatch.map(matchOf),
  command: fc.constantFrom<FlowMod['command']>('add', 'add', 'add', 'modify', 'modifyStrict', 'delete', 'deleteStrict'),
  priority: fc.constantFrom(1, 2),
  cookie: fc.constantFrom(1n, 2n, 0xffff_ffff_ffff_ffffn),
  idleTimeoutS: fc.constantFrom(0, 0, 1, 2),
  hardTimeoutS: fc.constantFrom(0, 0, 2, 4),
  outPort: fc.constantFrom(0xffff, 0xffff, 1, 2),
  flags: fc.constantFrom<FlowMod['flags']>([], ['sendFlowRemoved'], ['checkOverlap']),
  actions: fc.constantFrom<FlowMod['actions']>([], [output(1)], [output(2)], [output(9), output(2)]),
});
const anyAct = fc.oneof(
  { weight: 6, arbitrary: anyMod.map((mod) => ({ kind: 'mod', mod }) as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'read' } as const) },
  { weight: 2, arbitrary: fc.constantFrom(1, 2).map((port) => ({ kind: 'frame', port }) as const) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 50 }).map((steps) => ({ kind: 'pass', steps }) as const) },
);

test('[WB172] [WB173] held beside the real table: what is told without a doubt is so, and nothing is left out', async () => {
  const sums = { real: 0, doubtful: 0, observed: 0 };
  const frames = [plain(), tcp()];
  await fc.assert(
    fc.asyncProperty(fc.array(anyAct, { minLength: 5, maxLength: 40 }), async (acts) => {
      const lab = new Recorded();
      lab.mod(clear);
      const truths: ReturnType<Recorded['truth']>[] = [];
      for (const act of acts) {
        // Nothing else happens at a moment that is looked at.
        lab.pass(1);
        if (act.kind === 'mod') lab.mod(act.mod);
        else if (act.kind === 'read') lab.read();
        else if (act.kind === 'frame') for (const frame of frames) lab.bench.gives(act.port, frame);
        else lab.pass(act.steps * stepUs);
        lab.hear();
        lab.pass(1);
        truths.push(lab.truth());
      }
      lab.pass(second / 2);
      for (const { tUs, rows } of truths) {
        const table = await lab.at(tUs);
        const found = new Map(table.rows.map((row) => [row.id, row]));
        for (const row of table.rows) {
          if (row.confidence === 'observed') sums.observed += 1;
          if (row.doubt === '')
            expect([row.id, rows.get(row.id)]).toEqual([row.id, `${row.actionsText} ${BigInt(row.cookie)}`]);
          else sums.doubtful += 1;
        }
        for (const id of rows.keys()) expect(found.has(id), `${id} at ${tUs}`).toBe(true);
        sums.real += rows.size;
        expect(table.isWhole).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
  expect(sums.real).toBeGreaterThan(1000);
  expect(sums.observed).toBeGreaterThan(100);
  // Doubts are for what cannot be known, not for everything.
  expect(sums.doubtful / sums.real).toBeLessThan(0.35);
});
