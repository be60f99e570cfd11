import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TraceLog } from '../state/trace-log.ts';
import { recordFilter } from './record-filter.ts';
import { recordOf } from './records.fixture.ts';
import { TraceView } from './trace-view.ts';

/** Each with what it means, so that the judge is not the judged. */
const filters: readonly (readonly [text: string, passes: (seq: number) => boolean])[] = [
  ['', () => true],
  ['lab.port == 1', (seq) => seq % 3 === 1],
  ['lab.port == 1 and lab.seq > 40', (seq) => seq % 3 === 1 && seq > 40],
  ['lab.port == 1 and lab.seq > 40 and lab.seq < 400', (seq) => seq % 3 === 1 && seq > 40 && seq < 400],
  ['lab.seq > 90', (seq) => seq > 90],
  ['lab.seq == 0', () => false],
];
const passesIn = (text: string) => filters.find(([each]) => each === text)?.[1] ?? (() => false);
const recordAt = (seq: number) => recordOf(seq, { port: seq % 3 });

/** A page that follows a server's log, loses some of it, keeps little, and filters slowly. */
class Page {
  readonly log = new TraceLog(() => {}, 200);
  readonly view: TraceView;
  lastSeq = 0;
  keptFrom = 1;
  text = '';
  #epochMs = 1;
  #clock = 0;
  readonly #later: (() => void)[] = [];

  constructor() {
    this.view = new TraceView({
      log: this.log,
      filterOf: (text) => {
        const filter = recordFilter(text, {
          record: (seq) => this.log.record(seq),
          checksOf: () => [],
          commentsOf: () => [],
        });
        const passes = (record: Parameters<NonNullable<typeof filter>['passes']>[0]): boolean => {
          // A slice ends at the first look at the clock.
          this.#clock += 1;
          return filter?.passes(record) ?? true;
        };
        return filter && { ...filter, passes };
      },
      now: () => this.#clock,
      defer: (work) => this.#later.push(work),
      changed: () => {},
    });
  }

  take(count: number, lost: number): void {
    this.lastSeq += lost;
    const records = Array.from({ length: count }, (_, i) => recordAt(this.lastSeq + 1 + i));
    this.lastSeq += count;
    this.log.take({ epochMs: this.#epochMs, records });
    this.log.setKeptFrom(this.keptFrom);
    this.view.update();
  }
  filter(text: string): void {
    this.text = text;
    this.view.setFilter(text);
  }
  turn(): void {
    for (const work of this.#later.splice(0)) work();
  }
  forget(count: number): void {
    this.keptFrom = Math.min(this.keptFrom + count, Math.max(1, this.lastSeq - 250));
    this.log.setKeptFrom(this.keptFrom);
    this.view.update();
  }
  /** One answer of a search, which asks for nothing behind what is shown. */
  search(from: number, wantedTo: number): void {
    if (this.text === '') return;
    const to = Math.min(wantedTo, this.log.ring.lastSeq, this.log.visibleSeq);
    const passes = passesIn(this.text);
    const seqs: number[] = [];
    for (let seq = Math.max(from, this.keptFrom); seq <= to; seq++) if (passes(seq)) seqs.push(seq);
    this.view.found(this.text, seqs, { from, to });
  }
  pause(): void {
    if (this.log.paused) this.log.resume();
    else this.log.pause();
    this.view.update();
  }
  startAgain(): void {
    this.#epochMs += 1;
    this.lastSeq = 0;
    this.keptFrom = 1;
    this.take(1, 0);
  }

  rest(): void {
    for (let i = 0; i < 200 && this.view.filtering; i++) this.turn();
    this.search(1, this.lastSeq);
    this.view.update();
    this.turn();
  }
  get rows(): number[] {
    return Array.from({ length: this.view.matched }, (_, i) => this.view.seqAt(i) ?? -1);
  }
  get expected(): number[] {
    const { ring, visibleSeq } = this.log;
    if (ring.size === 0) return [];
    const oldest = ring.at(ring.first).seq;
    const passes = passesIn(this.text);
    const all: number[] = [];
    for (let seq = this.keptFrom; seq <= Math.min(ring.lastSeq, visibleSeq); seq++) {
      // Without a filter what the page missed is a gap, and no row.
      const isRow = this.text !== '' || seq < oldest || ring.record(seq) !== undefined;
      if (isRow && passes(seq)) all.push(seq);
    }
    return all;
  }
}

type Deed =
  | { readonly do: 'take'; readonly count: number; readonly lost: number }
  | { readonly do: 'filter'; readonly index: number }
  | { readonly do: 'turn' | 'pause' | 'reconsider' | 'again' }
  | { readonly do: 'forget'; readonly count: number }
  | { readonly do: 'search'; readonly from: number; readonly length: number };
const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({
    do: fc.constant('take' as const),
    count: fc.integer({ min: 1, max: 120 }),
    lost: fc.constantFrom(0, 0, 3),
  }),
  fc.record({ do: fc.constant('filter' as const), index: fc.nat(filters.length - 1) }),
  fc.record({ do: fc.constantFrom('turn' as const, 'pause' as const, 'reconsider' as const) }),
  fc.record({ do: fc.constant('forget' as const), count: fc.nat(100) }),
  fc.record({ do: fc.constant('search' as const), from: fc.nat(500), length: fc.nat(300) }),
  fc.record({ do: fc.constant('again' as const) }),
);

/** The ring moves on behind a pause until nothing of what is shown is in it; then somebody filters. */
const pausedBeforeTheRing: readonly Deed[] = [
  { do: 'take', count: 1, lost: 0 },
  { do: 'pause' },
  { do: 'take', count: 200, lost: 0 },
  { do: 'filter', index: 2 },
];

test('[TRACE7] [TRACE90] whatever happens meanwhile, at rest the rows are what passes, each at its place', () => {
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 60 }), (deeds) => {
      const page = new Page();
      for (const each of deeds) {
        if (each.do === 'take') page.take(each.count, each.lost);
        else if (each.do === 'filter') page.filter(filters[each.index]?.[0] ?? '');
        else if (each.do === 'turn') page.turn();
        else if (each.do === 'pause') page.pause();
        else if (each.do === 'reconsider') page.view.reconsider();
        else if (each.do === 'forget') page.forget(each.count);
        else if (each.do === 'search') page.search(each.from, each.from + each.length);
        else if (page.lastSeq > 0) page.startAgain();
      }
      page.rest();
      expect(page.view.filtering).toBe(false);
      expect(page.rows).toEqual(page.expected);
      expect(page.rows.map((seq) => page.view.positionOf(seq))).toEqual(page.rows.map((_, i) => i));
      for (const [i, seq] of page.rows.entries())
        expect(page.view.recordAt(i)?.seq).toBe(page.log.ring.record(seq) === undefined ? undefined : seq);
    }),
    { numRuns: 400, examples: [[[...pausedBeforeTheRing]]] },
  );
});
