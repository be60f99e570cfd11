import type { SerializedDockview } from 'dockview-react';
import { type PanelId, terminalOf } from '../state/dock-store.ts';
import { isPaneId } from './dock-layout.ts';

/**
 * Where the panes of a dock are, in few characters: `h(550(500:*map,500:*trace.waterfall),450:*packet)`. `h` or `v` is the
 * way in which the first children stand, theirs stand across; a number is a share of 1,000, a star is the tab in front.
 */

/** Deeper, or with more panels, no layout is read. */
const limits = { depth: 8, panels: 40 } as const;
const whole = 1000;
/** Any size does: who takes a layout in gives it its own. */
const extent = { h: 1200, v: 800 } as const;

type Way = keyof typeof extent;
type Node = SerializedDockview['grid']['root'];
type Leaf = Extract<Node['data'], { readonly views: readonly string[] }>;

const orientations = { h: 'HORIZONTAL', v: 'VERTICAL' } as const;
const across = (way: Way): Way => (way === 'h' ? 'v' : 'h');
const panelPattern = /^(\*?)([a-z]+|terminal:[\w:-]{1,80})$/;
const isGroup = (data: Node['data']): data is Leaf => !Array.isArray(data);

/** The layout as text; '' for one that has no panes. */
export function shortLayout({ grid }: Pick<SerializedDockview, 'grid'>): string {
  const { root } = grid;
  const way = grid.orientation === orientations.h ? 'h' : 'v';
  const text = isGroup(root.data) ? tabsText(root.data) && `(${whole}:${tabsText(root.data)})` : branchText(root.data);
  return text === '' ? '' : `${way}${text}`;
}

function branchText(children: readonly Node[]): string {
  const sum = children.reduce((all, { size = 0 }) => all + size, 0);
  const parts = children.flatMap(({ data, size = 0 }) => {
    const share = Math.max(1, Math.round((size / Math.max(1, sum)) * whole));
    const text = isGroup(data) ? tabsText(data) : branchText(data);
    return text === '' ? [] : [isGroup(data) ? `${share}:${text}` : `${share}${text}`];
  });
  return parts.length === 0 ? '' : `(${parts.join(',')})`;
}

const tabsText = ({ views, activeView }: Leaf): string =>
  views
    .filter((id) => panelPattern.test(id))
    .map((id) => (id === activeView ? `*${id}` : id))
    .join('.');

/** The layout that a text says, for dockview; undefined for a text that says none, or names what is no pane (UI42). */
export function longLayout(text: string, titleOf: (panel: PanelId) => string): SerializedDockview | undefined {
  const way = text[0];
  if (way !== 'h' && way !== 'v') return undefined;
  const reader = new LayoutReader(text.slice(1), titleOf);
  const data = reader.branch(way, 0);
  if (data === undefined || !reader.isAtEnd) return undefined;
  return {
    grid: {
      root: { type: 'branch', data, size: extent[across(way)] },
      orientation: orientations[way] as SerializedDockview['grid']['orientation'],
      width: extent.h,
      height: extent.v,
    },
    panels: reader.panels,
  };
}

class LayoutReader {
  readonly panels: SerializedDockview['panels'] = {};
  readonly #text: string;
  readonly #titleOf: (panel: PanelId) => string;
  #at = 0;
  #groups = 0;

  constructor(text: string, titleOf: (panel: PanelId) => string) {
    this.#text = text;
    this.#titleOf = titleOf;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  branch(way: Way, depth: number): Node[] | undefined {
    if (depth > limits.depth || this.#take(/\(/y) === undefined) return undefined;
    const children: Node[] = [];
    do {
      const child = this.#child(way, depth);
      if (child === undefined) return undefined;
      children.push(child);
    } while (this.#take(/,/y) !== undefined);
    return this.#take(/\)/y) === undefined ? undefined : children;
  }

  #child(way: Way, depth: number): Node | undefined {
    const share = Number(this.#take(/\d{1,4}/y) ?? 0);
    if (share < 1 || share > whole) return undefined;
    const size = (share / whole) * extent[way];
    if (this.#take(/:/y) !== undefined) {
      const data = this.#tabs(this.#take(/[\w:.*-]+/y) ?? '');
      return data && { type: 'leaf', data, size };
    }
    const data = this.branch(across(way), depth + 1);
    return data && { type: 'branch', data, size };
  }

  #tabs(text: string): Leaf | undefined {
    const views: string[] = [];
    let activeView: string | undefined;
    for (const tab of text.split('.')) {
      const [, star, id] = panelPattern.exec(tab) ?? [];
      const panel = id === undefined ? undefined : panelOf(id);
      const isNew = panel !== undefined && !Object.hasOwn(this.panels, panel);
      if (!isNew || Object.keys(this.panels).length >= limits.panels) return undefined;
      const isTerminal = terminalOf(panel) !== undefined;
      this.panels[panel] = {
        id: panel,
        contentComponent: isTerminal ? 'terminal' : 'pane',
        title: this.#titleOf(panel),
        ...(isTerminal && { renderer: 'always' }),
      };
      views.push(panel);
      if (star === '*') activeView = panel;
    }
    this.#groups += 1;
    return { views, activeView: activeView ?? views[0] ?? '', id: String(this.#groups) };
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }
}

function panelOf(id: string): PanelId | undefined {
  if (isPaneId(id)) return id;
  const terminal = terminalOf(id);
  return terminal === undefined ? undefined : `terminal:${terminal}`;
}
