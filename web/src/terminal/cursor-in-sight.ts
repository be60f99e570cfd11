import type { Terminal } from '@xterm/xterm';

interface Size {
  readonly cols: number;
  readonly rows: number;
}

/**
 * A terminal can have more rows than its pane has room for, while another page gives the program its size (TERM4): then
 * the rows around the cursor are in sight, as whole rows, and not the first ones (TERM21).
 */
export class CursorInSight {
  readonly #terminal: Terminal;
  readonly #told: (cut: string | undefined) => void;
  #room: Size | undefined;
  #above = 0;

  /** `told` hears the size, `80×24`, that the pane has not room for all of; undefined when it has. */
  constructor(terminal: Terminal, told: (cut: string | undefined) => void) {
    this.#terminal = terminal;
    this.#told = told;
    terminal.onResize(() => this.#look());
    terminal.onRender(() => this.#move());
  }

  /** What the pane has room for. */
  fit(room: Size): void {
    this.#room = room;
    this.#look();
  }

  #look(): void {
    const { cols, rows } = this.#terminal;
    const { cols: mostCols, rows: mostRows } = this.#room ?? this.#terminal;
    this.#told(cols > mostCols || rows > mostRows ? `${cols}×${rows}` : undefined);
    this.#move();
  }

  #move(): void {
    const above = this.#rowsAbove();
    if (above === this.#above) return;
    this.#above = above;
    const { element, rows } = this.#terminal;
    const screen = element?.querySelector<HTMLElement>('.xterm-screen');
    if (element === undefined || screen == null) return;
    const px = (above * screen.offsetHeight) / rows;
    element.style.translate = above === 0 ? '' : `0 ${-px}px`;
    // What is above would show in the room around the rows.
    element.style.clipPath = above === 0 ? '' : `inset(calc(${px}px + var(--space-3)) 0 -100vh 0)`;
  }

  /** Who has scrolled up finds the first row, too. */
  #rowsAbove(): number {
    const { rows, buffer } = this.#terminal;
    const most = rows - (this.#room?.rows ?? rows);
    if (most <= 0) return 0;
    const { cursorY, viewportY, baseY } = buffer.active;
    const above = Math.min(most, Math.max(0, cursorY + 1 - (rows - most)));
    return viewportY < baseY ? Math.min(above, viewportY) : above;
  }
}
