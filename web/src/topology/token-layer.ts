import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { drawPaced } from '../state/pace.ts';
import { countOf } from '../state/text.ts';
import { type ProtoShape, protoPath } from '../ui/proto-glyph.tsx';
import { type WatchedSize, watchSize } from '../ui/watch-size.ts';
import { cableIndex } from './journey.ts';
import type { MapLayout } from './layout.ts';
import type { View } from './map-camera.ts';
import { type Pulse, type Token, TokenField } from './token-field.ts';

const radius = 8;
const samples = 32;
/** Counts on links are read, not followed: under load the processor belongs to the packets. */
const pulseFrameMs = 100;
const shapes: readonly ProtoShape[] = ['arp', 'icmp', 'icmp-error', 'tcp', 'udp', 'openflow', 'other'];

/** A CSS time as milliseconds: a minifier may have made `.9s` of `900ms`. */
export function milliseconds(time: string): number {
  const value = Number.parseFloat(time) || 0;
  return time.trim().endsWith('ms') ? value : value * 1000;
}

interface Look {
  readonly fills: ReadonlyMap<ProtoShape, { readonly fill: string; readonly edge: string }>;
  readonly accent: string;
  readonly select: string;
  readonly text: string;
  readonly plate: string;
  readonly font: string;
}

function lookOf(element: Element): Look {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const fills = shapes.map((shape) => {
    const other = { fill: token('surface-4'), edge: token('line-3') };
    return [
      shape,
      shape === 'other' ? other : { fill: token(`proto-${shape}`), edge: token(`proto-${shape}-edge`) },
    ] as const;
  });
  return {
    fills: new Map(fills),
    accent: token('accent'),
    select: token('select-bg'),
    text: token('text-1'),
    plate: token('surface-3'),
    font: `${token('weight-medium')} ${token('text-xs')} ${token('font-ui')}`,
  };
}

/**
 * Draws recent packets, and the one that is played, on a canvas over the map, outside of React. The links' paths are read
 * from the drawn map, so tokens stay on them. It draws only while there is something to draw.
 */
export class TokenLayer {
  readonly #canvas: HTMLCanvasElement;
  readonly #field: TokenField;
  readonly #view: () => View;
  readonly #size: WatchedSize;
  readonly #glyphs = new Map(shapes.map((shape) => [shape, new Path2D(protoPath(shape, radius))]));
  readonly #paths = new Map<string, { readonly d: string; readonly points: Float32Array }>();
  /** The links of this frame: each is looked up in the map once. */
  readonly #current = new Map<string, Float32Array | undefined>();
  readonly #onPlay: (seq: number | undefined) => void;
  #look: Look | undefined;
  #frame = 0;
  #pause: number | undefined;
  #drawn = false;
  #playedSeq: number | undefined;
  #lit: readonly string[] = [];

  /** `onPlay` hears which record the played token stands for, and undefined when it has arrived. */
  constructor(
    canvas: HTMLCanvasElement,
    layout: MapLayout,
    moving: boolean,
    view: () => View,
    onPlay: (seq: number | undefined) => void = () => {},
  ) {
    this.#canvas = canvas;
    this.#size = watchSize(canvas);
    this.#view = view;
    this.#onPlay = onPlay;
    const legMs = milliseconds(getComputedStyle(canvas).getPropertyValue('--motion-token'));
    this.#field = new TokenField(cableIndex(layout), moving, legMs);
  }

  /** Takes a batch of new records. */
  show(records: readonly TraceRecord[]): void {
    if (document.hidden || this.#size.width === 0) return;
    this.#field.take(records, performance.now());
    this.#soon();
  }

  /** Plays a journey: one token over all of its links. */
  play(chain: readonly TraceRecord[]): void {
    if (this.#size.width === 0) return;
    this.#field.play(chain, performance.now());
    this.#soon();
  }

  clear(): void {
    this.#field.clear();
    this.#soon();
  }

  #soon(): void {
    if (this.#frame === 0 && this.#pause === undefined) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #later(): void {
    this.#pause = window.setTimeout(() => {
      drawPaced(() => {
        if (this.#pause === undefined) return;
        this.#pause = undefined;
        this.#draw();
      });
    }, pulseFrameMs);
  }

  #draw(): void {
    this.#frame = 0;
    const { tokens, pulses, playing } = this.#field.at(performance.now());
    const context = this.#canvas.getContext('2d');
    if (context === null) return;
    // Themes and zoom may have changed while nothing moved.
    if (!this.#drawn) this.#look = lookOf(this.#canvas);
    const look = this.#look;
    if (look === undefined) return;
    this.#current.clear();
    this.#prepare(context);
    this.#light(pulses);
    for (const pulse of pulses) this.#badge(context, pulse, look);
    for (const token of tokens) this.#token(context, token, look);
    const seq = playing ? tokens.at(-1)?.seq : undefined;
    if (seq !== this.#playedSeq) {
      this.#playedSeq = seq;
      this.#onPlay(seq);
    }
    this.#drawn = tokens.length > 0 || pulses.length > 0;
    if (this.#drawn && pulses.length > 0 && !playing) this.#later();
    else if (this.#drawn) this.#soon();
  }

  #prepare(context: CanvasRenderingContext2D): void {
    const ratio = devicePixelRatio;
    const [width, height] = [Math.round(this.#size.width * ratio), Math.round(this.#size.height * ratio)];
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
    }
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    const { x, y, zoom } = this.#view();
    context.setTransform(zoom * ratio, 0, 0, zoom * ratio, x * ratio, y * ratio);
  }

  /** Lights links by the attribute that their style waits for. */
  #light(pulses: readonly Pulse[]): void {
    const links = pulses.map(({ link }) => link);
    if (links.length === 0 && this.#lit.length === 0) return;
    for (const link of this.#lit) if (!links.includes(link)) delete this.#line('data-pulse', link)?.dataset.on;
    for (const link of links) {
      const line = this.#line('data-pulse', link);
      if (line !== undefined) line.dataset.on = '';
    }
    this.#lit = links;
  }

  #line(kind: 'data-link' | 'data-pulse', link: string): SVGPathElement | undefined {
    const root: ParentNode = this.#canvas.parentElement ?? document;
    return root.querySelector<SVGPathElement>(`[${kind}="${CSS.escape(link)}"]`) ?? undefined;
  }

  /** Points along a link as it is drawn now; undefined for a link that is not drawn. */
  #pointsOf(link: string): Float32Array | undefined {
    if (this.#current.has(link)) return this.#current.get(link);
    const line = this.#line('data-link', link);
    const d = line?.getAttribute('d') ?? undefined;
    const known = this.#paths.get(link);
    let points = known?.d === d ? known?.points : undefined;
    if (points === undefined && line !== undefined && d !== undefined) {
      points = sampled(line);
      this.#paths.set(link, { d, points });
    }
    this.#current.set(link, points);
    return points;
  }

  /** The point of a link at a share of its length. */
  #pointOn(link: string, share: number): { readonly x: number; readonly y: number } | undefined {
    const points = this.#pointsOf(link);
    if (points === undefined) return undefined;
    const at = Math.min(1, Math.max(0, share)) * samples;
    const from = Math.min(samples - 1, Math.floor(at));
    const part = at - from;
    const mix = (axis: 0 | 1) =>
      (points[from * 2 + axis] ?? 0) * (1 - part) + (points[from * 2 + 2 + axis] ?? 0) * part;
    return { x: mix(0), y: mix(1) };
  }

  #token(context: CanvasRenderingContext2D, token: Token, look: Look): void {
    const point = this.#pointOn(token.link, token.share);
    const glyph = this.#glyphs.get(token.shape);
    const fill = look.fills.get(token.shape);
    if (point === undefined || glyph === undefined || fill === undefined) return;
    context.save();
    context.translate(point.x, point.y);
    if (token.seq !== undefined) {
      context.beginPath();
      context.arc(0, 0, radius * 1.9, 0, 2 * Math.PI);
      context.fillStyle = look.select;
      context.strokeStyle = look.accent;
      context.lineWidth = 2;
      context.fill();
      context.stroke();
      plate(context, `#${token.seq}`, -radius * 3.4, look, look.accent);
    }
    context.fillStyle = fill.fill;
    context.strokeStyle = fill.edge;
    context.lineWidth = 1.5;
    context.fill(glyph);
    context.stroke(glyph);
    context.restore();
  }

  #badge(context: CanvasRenderingContext2D, { link, count }: Pulse, look: Look): void {
    const point = this.#pointOn(link, 0.5);
    if (point === undefined) return;
    context.save();
    context.translate(point.x, point.y);
    plate(context, `×${countOf(count)}`, 0, look, undefined);
    context.restore();
  }

  close(): void {
    clearTimeout(this.#pause);
    this.#pause = undefined;
    this.#size.close();
    cancelAnimationFrame(this.#frame);
    this.#field.clear();
    this.#light([]);
    if (this.#playedSeq !== undefined) this.#onPlay(undefined);
    this.#canvas.getContext('2d')?.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
  }
}

/** A small sign around the origin, `y` off it. */
function plate(context: CanvasRenderingContext2D, text: string, y: number, look: Look, edge: string | undefined): void {
  context.font = look.font;
  const width = context.measureText(text).width + 12;
  context.beginPath();
  context.roundRect(-width / 2, y - 9, width, 18, 5);
  context.fillStyle = edge === undefined ? look.plate : look.select;
  context.fill();
  if (edge !== undefined) {
    context.strokeStyle = edge;
    context.lineWidth = 1;
    context.stroke();
  }
  context.fillStyle = look.text;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(text, 0, y);
}

function sampled(line: SVGPathElement): Float32Array {
  const points = new Float32Array((samples + 1) * 2);
  const length = line.getTotalLength();
  for (let at = 0; at <= samples; at++) {
    const { x, y } = line.getPointAtLength((at / samples) * length);
    points[at * 2] = x;
    points[at * 2 + 1] = y;
  }
  return points;
}
