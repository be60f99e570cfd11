/** A field's place in the bytes, so that a view of the packet can show where each value comes from (CD4). */
export interface Span {
  /** As in `actions[2].port`. */
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly value: unknown;
  readonly label?: string;
  /** Of a bit field: its first bit, counted from the most significant one of byte `start`, and its width. */
  readonly bits?: { readonly first: number; readonly width: number };
}
