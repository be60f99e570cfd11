/** Where the map is seen from: screen = map × zoom + offset, pixels. */
export interface View {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}
interface Point {
  readonly x: number;
  readonly y: number;
}
interface Size {
  readonly width: number;
  readonly height: number;
}

const zooms = { least: 0.2, most: 3 };
/** One press of a button or key. */
const zoomStep = 1.2;
/** A pointer that moved less has pressed something and not moved the map, pixels. */
const stillPx = 4;
/** Zoom of a wheel: doubled each 500 pixels, 20 lines or one page; a pinch on a Mac's pad sends a tenth of that. */
const wheelSteps: readonly number[] = [0.002, 0.05, 1];
const pinchGain = 10;

const within = (zoom: number, most = zooms.most): number => Math.max(zooms.least, Math.min(most, zoom));

/** The view that shows all of a map in a room, in its middle, at most `most` times as large. */
export function fittedView(map: Size, room: Size, most: number): View {
  const zoom = within(Math.min(room.width / map.width, room.height / map.height), most);
  return { x: (room.width - map.width * zoom) / 2, y: (room.height - map.height * zoom) / 2, zoom };
}

/** The view zoomed, with what is under `at` staying there. */
export function zoomedView(view: View, factor: number, at: Point): View {
  const zoom = within(view.zoom * factor);
  const grown = zoom / view.zoom;
  return { x: at.x - (at.x - view.x) * grown, y: at.y - (at.y - view.y) * grown, zoom };
}

function wheelFactor({ deltaY, deltaMode, ctrlKey }: WheelEvent): number {
  const gain = ctrlKey && /mac/i.test(navigator.userAgent) ? pinchGain : 1;
  return 2 ** (-deltaY * (wheelSteps[deltaMode] ?? 1) * gain);
}

const middleOf = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

/** Pan and zoom of the map, by hand and by call. It moves the plane itself: a drag draws nothing of React's anew. */
export class MapCamera {
  #view: View = { x: 0, y: 0, zoom: 1 };
  #room: HTMLElement | undefined;
  #plane: HTMLElement | undefined;
  readonly #pointers = new Map<number, Point>();
  #hasMoved = false;

  get view(): View {
    return this.#view;
  }

  /**
   * Moves `plane` in `room` by drag, wheel and pinch; `pressed` hears what was pressed without moving it. The returned
   * function lets go of both.
   */
  attach(room: HTMLElement, plane: HTMLElement, pressed: (target: Element) => void): () => void {
    this.#room = room;
    this.#plane = plane;
    this.#show(this.#view);
    const ended = new AbortController();
    const { signal } = ended;
    room.addEventListener('pointerdown', (event) => this.#down(event), { signal });
    room.addEventListener('pointermove', (event) => this.#move(event), { signal });
    for (const end of ['pointerup', 'pointercancel'] as const)
      room.addEventListener(end, (event) => this.#up(event), { signal });
    room.addEventListener(
      'wheel',
      (event) => {
        event.preventDefault();
        this.#show(zoomedView(this.#view, wheelFactor(event), this.#placeOf(event)));
      },
      { signal, passive: false },
    );
    room.addEventListener(
      'click',
      ({ target }) => {
        if (!this.#hasMoved && target instanceof Element) pressed(target);
      },
      { signal },
    );
    return () => {
      ended.abort();
      this.#pointers.clear();
      this.#room = undefined;
      this.#plane = undefined;
    };
  }

  /** Shows the whole map; nothing while its pane has no size. */
  fit(map: Size, most: number): void {
    const { clientWidth: width = 0, clientHeight: height = 0 } = this.#room ?? {};
    if (width > 0 && height > 0) this.#show(fittedView(map, { width, height }, most));
  }

  zoomIn(): void {
    this.#zoomBy(zoomStep);
  }

  zoomOut(): void {
    this.#zoomBy(1 / zoomStep);
  }

  #zoomBy(factor: number): void {
    const { clientWidth = 0, clientHeight = 0 } = this.#room ?? {};
    this.#show(zoomedView(this.#view, factor, { x: clientWidth / 2, y: clientHeight / 2 }));
  }

  #show(view: View): void {
    this.#view = view;
    if (this.#plane !== undefined)
      this.#plane.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.zoom})`;
  }

  #placeOf({ clientX, clientY }: MouseEvent): Point {
    const { left = 0, top = 0 } = this.#room?.getBoundingClientRect() ?? {};
    return { x: clientX - left, y: clientY - top };
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return;
    if (this.#pointers.size === 0) this.#hasMoved = false;
    this.#pointers.set(event.pointerId, this.#placeOf(event));
  }

  #move(event: PointerEvent): void {
    const before = this.#pointers.get(event.pointerId);
    if (before === undefined) return;
    const now = this.#placeOf(event);
    if (!this.#hasMoved && this.#pointers.size === 1 && distance(before, now) < stillPx) return;
    if (!this.#hasMoved) this.#room?.toggleAttribute('data-moving', true);
    this.#hasMoved = true;
    this.#room?.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, now);
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    const [from, to] = other === undefined ? [before, now] : [middleOf(before, other), middleOf(now, other)];
    const moved = { ...this.#view, x: this.#view.x + to.x - from.x, y: this.#view.y + to.y - from.y };
    const spread = other === undefined ? 1 : distance(now, other) / Math.max(1, distance(before, other));
    this.#show(zoomedView(moved, spread, to));
  }

  #up(event: PointerEvent): void {
    this.#pointers.delete(event.pointerId);
    if (this.#pointers.size === 0) this.#room?.removeAttribute('data-moving');
  }
}
