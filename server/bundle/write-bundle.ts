import { traceBatchRange } from '../../bridge/packet/trace-batch.ts';
import type { TraceSource } from '../captures/trace-source.ts';
import type { BundleBuild, BundleContent, BundleView } from '../contract/bundle.ts';
import type { LabEvent, LabStatus } from '../contract/status.ts';
import type { LabRun } from '../labs/lab-service.ts';
import { rtableText } from '../labs/lab-status.ts';
import { seed } from '../labs/runtimes/emulated-config.ts';

/**
 * A bundle is JSON lines, compressed with gzip: packets are written as they are read, so no size need be known beforehand
 * (as a tar would want), and `zcat` reads it anywhere. Line 1 says `patchbay` and the version, line 2 has everything but
 * the packets, each further line a batch of the log (trace-batch, base64), the last how many records there were.
 */
export const bundleVersion = 1;
const recordsAtOnce = 2000;

type BundleLine =
  | { readonly patchbay: 'bundle'; readonly version: number }
  | { readonly content: BundleContent }
  | { readonly batch: string }
  | { readonly end: { readonly records: number } };

/** Everything of a running lab but its packets, as it is now. */
export async function bundleContent(
  run: LabRun,
  status: LabStatus,
  events: readonly LabEvent[],
  build: BundleBuild,
  view: BundleView,
): Promise<BundleContent> {
  const { lab, bridge, terminals } = run;
  return {
    lab,
    status,
    events: [...events],
    rtables: lab.routers.map((router) => ({ router: router.name, text: rtableText(router) })),
    build,
    seeds: {
      runtime: status.runtime === 'emulated' ? seed : null,
      faults: [...(await bridge.call('fault:list', {}))],
    },
    terminals: terminals.list().map(({ id, title }) => ({ id, title, text: terminals.get(id)?.text() ?? '' })),
    view,
    writtenMs: Date.now(),
  };
}

/** The lines of a bundle, each with its line feed; what arrives in the log meanwhile is not in it (BUN1). */
export async function* bundleLines(content: BundleContent, source: TraceSource): AsyncGenerator<string> {
  const line = (value: BundleLine): string => `${JSON.stringify(value)}\n`;
  yield line({ patchbay: 'bundle', version: bundleVersion });
  yield line({ content });
  let records = 0;
  const { firstSeq, nextSeq } = await source.kept();
  for (let next = firstSeq; next < nextSeq; ) {
    const batch = await source.read(next, Math.min(recordsAtOnce, nextSeq - next));
    const { count, lastSeq } = traceBatchRange(batch);
    if (count === 0) break;
    yield line({ batch: Buffer.from(batch).toString('base64') });
    records += count;
    next = lastSeq + 1;
  }
  yield line({ end: { records } });
}
