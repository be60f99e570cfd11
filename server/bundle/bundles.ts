import type { RecordedRun } from '../../bridge/index.ts';
import type { BundleDetail, BundleInfo } from '../contract/bundle.ts';
import { AppError } from '../errors.ts';
import { type ReadBundle, readBundle } from './read-bundle.ts';

/** Largest bundle that is taken, bytes as packed. */
export const bundleBytes = 64 * 1024 * 1024;
const mostBundles = 3;

interface Kept extends ReadBundle {
  readonly info: BundleInfo;
}

/** Imported bundles in memory, the last three (BUN3). */
export class Bundles {
  readonly #now: () => number;
  #kept: readonly Kept[] = [];
  #lastId = 0;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Reads a bundle; the oldest goes when there are three. `name` is that of its file. Throws bad-request, too-large. */
  async add(packed: Uint8Array, name: string): Promise<BundleInfo> {
    const { content, run, records } = await readBundle(packed);
    this.#lastId += 1;
    const info: BundleInfo = {
      id: this.#lastId,
      lab: content.lab.id,
      title: content.lab.title,
      writtenMs: content.writtenMs,
      name,
      bytes: packed.length,
      importedMs: this.#now(),
      records,
      firstSeq: run.firstSeq,
      lastSeq: run.nextSeq - 1,
    };
    this.#kept = [...this.#kept, { info, content, run, records }].slice(-mostBundles);
    return info;
  }

  /** Oldest first. */
  list(): BundleInfo[] {
    return this.#kept.map(({ info }) => info);
  }

  detail(id: number): BundleDetail {
    const { info, content } = this.#of(id);
    return { info, content };
  }

  /** The run, to be asked. */
  run(id: number): RecordedRun {
    return this.#of(id).run;
  }

  remove(id: number): void {
    this.#of(id);
    this.#kept = this.#kept.filter(({ info }) => info.id !== id);
  }

  #of(id: number): Kept {
    const kept = this.#kept.find(({ info }) => info.id === id);
    if (kept === undefined)
      throw new AppError('not-found', `There is no recorded run ${id} here; the last ${mostBundles} are kept.`);
    return kept;
  }
}
