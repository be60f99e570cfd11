import { TraceBatchWriter, traceBatchFrom } from '../../bridge/packet/trace-batch.ts';
import type { TraceSource } from '../captures/trace-source.ts';
import type { BundleDetail, BundleInfo } from '../contract/bundle.ts';
import { AppError } from '../errors.ts';
import { type ReadBundle, readBundle } from './read-bundle.ts';

/** Largest bundle that is taken, bytes as packed. */
export const bundleBytes = 64 * 1024 * 1024;
const mostBundles = 2;

interface Kept {
  readonly info: BundleInfo;
  readonly bundle: ReadBundle;
}

/** Imported bundles in memory, the last two (BUN3). */
export class Bundles {
  #kept: readonly Kept[] = [];
  #lastId = 0;

  /** Reads a bundle; the oldest goes when there are two. Throws bad-request, too-large. */
  async add(packed: Uint8Array): Promise<BundleInfo> {
    const bundle = await readBundle(packed);
    const { content, batches, records } = bundle;
    this.#lastId += 1;
    const info: BundleInfo = {
      id: this.#lastId,
      lab: content.lab.id,
      title: content.lab.title,
      writtenMs: content.writtenMs,
      records,
      firstSeq: batches[0]?.firstSeq ?? 0,
      lastSeq: batches.at(-1)?.lastSeq ?? 0,
    };
    this.#kept = [...this.#kept, { info, bundle }].slice(-mostBundles);
    return info;
  }

  list(): BundleInfo[] {
    return this.#kept.map(({ info }) => info);
  }

  detail(id: number): BundleDetail {
    const { info, bundle } = this.#of(id);
    return { info, content: bundle.content };
  }

  remove(id: number): void {
    this.#of(id);
    this.#kept = this.#kept.filter(({ info }) => info.id !== id);
  }

  /** The recorded log. A read ends with the batch that it begins in: ask again behind its last record. */
  trace(id: number): TraceSource {
    const { info, bundle } = this.#of(id);
    return {
      epochMs: bundle.epochMs,
      kept: async () => ({ firstSeq: info.firstSeq, nextSeq: info.lastSeq + 1 }),
      read: async (fromSeq) => {
        const batch = bundle.batches.find(({ lastSeq }) => lastSeq >= fromSeq);
        return batch === undefined ? emptyBatch : traceBatchFrom(batch.bytes, fromSeq);
      },
    };
  }

  #of(id: number): Kept {
    const kept = this.#kept.find(({ info }) => info.id === id);
    if (kept === undefined)
      throw new AppError('not-found', `There is no bundle ${id}; the last ${mostBundles} are kept.`);
    return kept;
  }
}

const emptyBatch = new TraceBatchWriter().finish();
