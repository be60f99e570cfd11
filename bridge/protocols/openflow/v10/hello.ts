/** What a HELLO says beyond its header: elements that later versions define (OpenFlow 1.3.1 §7.5.1) and 1.0 must ignore. */
const versionBitmap = 1;
const elementHeader = 4;

/** Versions that a peer speaks, ascending: those of its bitmap, or every one up to that of its header (OF3). Never throws. */
export function helloVersions(hello: { readonly version: number; readonly elements: Uint8Array }): readonly number[] {
  const { version, elements } = hello;
  return bitmapVersions(elements) ?? Array.from({ length: version }, (_, i) => i + 1);
}

function bitmapVersions(elements: Uint8Array): readonly number[] | undefined {
  const view = new DataView(elements.buffer, elements.byteOffset, elements.byteLength);
  let at = 0;
  while (at + elementHeader <= elements.length) {
    const type = view.getUint16(at);
    const length = view.getUint16(at + 2);
    if (length < elementHeader || at + length > elements.length) return undefined;
    if (type === versionBitmap) return versionsIn(view, at + elementHeader, at + length);
    at += Math.ceil(length / 8) * 8;
  }
  return undefined;
}

function versionsIn(view: DataView, start: number, end: number): readonly number[] {
  const versions: number[] = [];
  for (let at = start; at + 4 <= end; at += 4) {
    const word = view.getUint32(at);
    const first = (at - start) * 8;
    for (let bit = 0; bit < 32; bit++) if ((word >>> bit) & 1) versions.push(first + bit);
  }
  return versions;
}

/** Elements with one bitmap of versions 0 to 31, for a HELLO of ours. */
export function helloElements(versions: readonly number[]): Uint8Array {
  const elements = new Uint8Array(8);
  const view = new DataView(elements.buffer);
  view.setUint16(0, versionBitmap);
  view.setUint16(2, 8);
  let word = 0;
  for (const version of versions) word |= 1 << version;
  view.setUint32(4, word >>> 0);
  return elements;
}
