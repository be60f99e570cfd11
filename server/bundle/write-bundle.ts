import { type BridgeHandle, WorkbenchError } from '../../bridge/index.ts';
import { traceBatchRange } from '../../bridge/packet/trace-batch.ts';
import type { TraceSource } from '../captures/trace-source.ts';
import type { BundleBuild, BundleContent, BundleView, Written } from '../contract/bundle.ts';
import type { FlowTable, RawMessage } from '../contract/flows.ts';
import type { GradeRun } from '../contract/grade.ts';
import type { LabMoment } from '../contract/moments.ts';
import type { LabEvent, LabStatus } from '../contract/status.ts';
import type { LabRun } from '../labs/lab-service.ts';
import { rtableText } from '../labs/lab-status.ts';
import { seed } from '../labs/runtimes/emulated-config.ts';

/**
 * A bundle is JSON lines, compressed with gzip: packets are written as they are read, so no size need be known beforehand
 * (as a tar would want), and `zcat` reads it anywhere. Line 1 says `patchbay` and the version, line 2 has everything but
 * the packets, each further line control messages or a batch of the log (trace-batch, base64), the last how many records
 * there were. Version 1 had no control messages, flow tables, moments, checks and interventions.
 */
export const bundleVersions = [1, 2] as const;
const recordsAtOnce = 2000;
/** Of the log the newest that fit: a bundle of this much text is never longer, packed, than what is taken in (BUN2). */
const mostText = 80 * 1024 * 1024;
const mostRecords = 1_000_000;
const messagesAtOnce = 2000;

type BundleLine =
  | { readonly patchbay: 'bundle'; readonly version: number }
  | { readonly content: Written<BundleContent> }
  | { readonly control: readonly RawMessage[] }
  | { readonly batch: string }
  | { readonly end: { readonly records: number } };

/** What is known of a running lab beside the run itself. */
export interface LabBook {
  readonly status: LabStatus;
  readonly events: readonly LabEvent[];
  readonly moments: readonly LabMoment[];
  readonly grade: GradeRun;
  readonly guide: string;
  readonly build: BundleBuild;
  /** What whoever writes it down looks at. */
  readonly view: BundleView;
}

/** Everything of a running lab but its packets and control messages, as it is now. */
export async function bundleContent(run: LabRun, book: LabBook): Promise<Written<BundleContent>> {
  const { lab, bridge, terminals } = run;
  const { status, events, moments, grade, guide, build, view } = book;
  const faults = await bridge.call('fault:list', {});
  const breakpoints = await bridge.call('hold:breakpoints', {});
  return {
    lab,
    status,
    guide,
    grade,
    events,
    moments,
    interventions: { breakpoints, faults },
    flowTables: await flowTables(bridge, status),
    rtables: lab.routers.map((router) => ({ router: router.name, text: rtableText(router) })),
    build,
    seeds: {
      runtime: status.runtime === 'emulated' ? seed : null,
      faults,
    },
    terminals: terminals.list().map(({ id, title }) => ({ id, title, text: terminals.get(id)?.text() ?? '' })),
    view,
    comments: (await bridge.call('note:list', {})).comments,
    writtenMs: Date.now(),
  };
}

/** The tables of the switches that tell theirs; one that does not answer is left out. */
async function flowTables(bridge: BridgeHandle, { switches }: LabStatus): Promise<Written<FlowTable[]>> {
  const connected = switches.filter((each) => each.connected);
  const read = await Promise.all(
    connected.map(({ dpid }) =>
      bridge.call('flows:read', { dpid }).catch((error: unknown) => {
        if (error instanceof WorkbenchError) return undefined;
        throw error;
      }),
    ),
  );
  return read.filter((table) => table !== undefined);
}

/**
 * The lines of a bundle, each with its line feed; what arrives in the log meanwhile is not in it (BUN1). `textLimit` is for
 * the packets, characters.
 */
export async function* bundleLines(
  content: Written<BundleContent>,
  bridge: Pick<BridgeHandle, 'call'>,
  source: TraceSource,
  textLimit = mostText,
): AsyncGenerator<string> {
  const line = (value: BundleLine): string => `${JSON.stringify(value)}\n`;
  yield line({ patchbay: 'bundle', version: bundleVersions.at(-1) ?? 0 });
  yield line({ content });
  for await (const control of controlMessages(bridge)) yield line({ control });
  let records = 0;
  const { firstSeq, nextSeq } = await source.kept();
  for (let next = await firstThatFits(source, firstSeq, nextSeq, textLimit); next < nextSeq; ) {
    const batch = await source.read(next, Math.min(recordsAtOnce, nextSeq - next));
    const { count, lastSeq } = traceBatchRange(batch);
    if (count === 0) break;
    yield line({ batch: Buffer.from(batch).toString('base64') });
    records += count;
    next = lastSeq + 1;
  }
  yield line({ end: { records } });
}

/** Reads the log from its end until so much text would be too much: how long a batch is nobody knows before. */
async function firstThatFits(
  source: TraceSource,
  firstSeq: number,
  nextSeq: number,
  textLimit: number,
): Promise<number> {
  let text = 0;
  let first = nextSeq;
  while (first > firstSeq) {
    const from = Math.max(firstSeq, first - recordsAtOnce);
    const batch = await source.read(from, first - from);
    text += (batch.length * 4) / 3;
    if (text > textLimit || nextSeq - from > mostRecords) break;
    first = from;
  }
  return first;
}

async function* controlMessages(bridge: Pick<BridgeHandle, 'call'>): AsyncGenerator<readonly RawMessage[]> {
  const { nextId: end } = await bridge.call('openflow:raw', { fromId: 0, limit: 1 });
  for (let next = 0; next < end; ) {
    const { messages } = await bridge.call('openflow:raw', { fromId: next, limit: messagesAtOnce });
    const last = messages.at(-1);
    if (last === undefined) return;
    yield messages;
    next = last.id + 1;
  }
}
