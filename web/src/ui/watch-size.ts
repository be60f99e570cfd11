export interface WatchedSize {
  /** CSS pixels; 0 while the element is not shown. */
  readonly width: number;
  readonly height: number;
  close(): void;
}

/** The size of an element, as the browser told it last: asking for it would lay the page out in the middle of a frame. */
export function watchSize(element: HTMLElement): WatchedSize {
  const size = { width: element.clientWidth, height: element.clientHeight };
  const observer = new ResizeObserver(() => {
    size.width = element.clientWidth;
    size.height = element.clientHeight;
  });
  observer.observe(element);
  return {
    get width() {
      return size.width;
    },
    get height() {
      return size.height;
    },
    close: () => observer.disconnect(),
  };
}
