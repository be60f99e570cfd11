import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { shapeOf } from '../ui/frame-shape.ts';
import { type ProtoShape, protoPath } from '../ui/proto-glyph.tsx';
import { cableIndex, type Leg, legsOf } from './journey.ts';
import type { MapLayout } from './layout.ts';

/** At most so many tokens travel at once; beyond that links pulse instead (MAP4). */
const mostTokens = 60;
const pulseMs = 400;
const radius = 8;

/** Picks at most `room` of a batch, evenly: a storm looks like traffic, not like its first records. */
export function sample<T>(items: readonly T[], room: number): T[] {
  if (items.length <= room) return [...items];
  return Array.from({ length: Math.max(0, room) }, (_, at) => items[Math.floor((at * items.length) / room)]).filter(
    (item) => item !== undefined,
  );
}

/** A CSS time as milliseconds: a minifier may have made `.9s` of `900ms`. */
export function milliseconds(time: string): number {
  const value = Number.parseFloat(time) || 0;
  return time.trim().endsWith('ms') ? value : value * 1000;
}

/**
 * Draws recent packets on the map, outside of React: a token travels each link that its record stands for. The links' paths
 * are read from the drawn map, so tokens stay on them.
 */
export class TokenLayer {
  readonly #host: HTMLElement;
  readonly #cables: ReturnType<typeof cableIndex>;
  readonly #moving: boolean;
  /** Time over one link. */
  readonly #legMs: number;
  #live = 0;
  #closed = false;

  constructor(host: HTMLElement, layout: MapLayout, moving: boolean) {
    this.#host = host;
    this.#cables = cableIndex(layout);
    this.#moving = moving;
    this.#legMs = milliseconds(getComputedStyle(host).getPropertyValue('--motion-token'));
  }

  /** Takes a batch of new records. */
  show(records: readonly TraceRecord[]): void {
    if (this.#closed || document.hidden || this.#host.offsetParent === null) return;
    const room = this.#moving ? mostTokens - this.#live : 0;
    const chosen = sample(records, room);
    for (const record of chosen) this.#travel(legsOf(record, this.#cables), shapeOf(record.frame));
    if (chosen.length < records.length) this.#pulse(records);
  }

  #pathOf(link: string): string | null {
    const line = this.#root().querySelector(`[data-link="${CSS.escape(link)}"]`);
    return line?.getAttribute('d') ?? null;
  }

  #root(): ParentNode {
    return this.#host.closest('.react-flow') ?? document;
  }

  #travel(legs: readonly Leg[], shape: ProtoShape): void {
    const [leg, ...rest] = legs;
    if (leg === undefined || this.#closed) return;
    const path = this.#pathOf(leg.link);
    if (path === null) return;
    const token = this.#token(leg.carrier === 'openflow' ? 'openflow' : shape);
    token.style.offsetPath = `path('${path}')`;
    token.style.offsetRotate = '0deg';
    this.#host.append(token);
    this.#live += 1;
    const ends = leg.back ? ['100%', '0%'] : ['0%', '100%'];
    const run = token.animate(
      ends.map((offsetDistance) => ({ offsetDistance })),
      { duration: this.#legMs, easing: 'linear' },
    );
    const done = () => {
      token.remove();
      this.#live -= 1;
    };
    run.onfinish = () => {
      done();
      this.#travel(rest, shape);
    };
    run.oncancel = done;
  }

  #token(shape: ProtoShape): HTMLElement {
    const token = document.createElement('div');
    token.className = `token proto-glyph proto-${shape}`;
    const namespace = 'http://www.w3.org/2000/svg';
    const svg = document.createElementNS(namespace, 'svg');
    const edge = radius * 1.4;
    svg.setAttribute('viewBox', `${-edge} ${-edge} ${edge * 2} ${edge * 2}`);
    const path = document.createElementNS(namespace, 'path');
    path.setAttribute('d', protoPath(shape, radius));
    svg.append(path);
    token.append(svg);
    return token;
  }

  /** Lights each link of the records for a moment, once. */
  #pulse(records: readonly TraceRecord[]): void {
    const links = new Set<string>();
    for (const record of records) for (const leg of legsOf(record, this.#cables)) links.add(leg.link);
    for (const link of links) {
      const line = this.#root().querySelector<SVGElement>(`[data-pulse="${CSS.escape(link)}"]`);
      if (line === null || line.dataset.on !== undefined) continue;
      line.dataset.on = '';
      setTimeout(() => delete line.dataset.on, pulseMs);
    }
  }

  close(): void {
    this.#closed = true;
    for (const token of this.#host.children) for (const run of token.getAnimations()) run.cancel();
    this.#host.replaceChildren();
  }
}
