/** What the HTTP server of a host has: bytes that are made as they are sent, so that large files cost nothing. */
export interface HttpFile {
  readonly type: string;
  readonly length: number;
  /** The bytes from `at` on, at most 16 KiB and never past the end. */
  slice(at: number): Uint8Array;
}

const pieceBytes = 16_384;
const kibi = 1024;
const sizes: Readonly<Record<string, number>> = {
  '/1K': kibi,
  '/10K': 10 * kibi,
  '/100K': 100 * kibi,
  '/1M': kibi * kibi,
  '/10M': 10 * kibi * kibi,
};

/** The pages of a host by path: its index page, as every runtime serves it, and files of known sizes. */
export function httpContent(name: string, address: string): ReadonlyMap<string, HttpFile> {
  const index = pageOf(
    `<!doctype html>\n<title>${name}</title>\n<h1>${name}</h1>\n` +
      `<p>This page came from ${address}, through your network.</p>\n`,
  );
  const files = Object.entries(sizes).map(([path, length]): [string, HttpFile] => [path, sizedFile(length)]);
  return new Map([['/', index], ['/index.html', index], ...files]);
}

/** A text of HTML as a file. */
export function pageOf(text: string, type = 'text/html'): HttpFile {
  const bytes = new TextEncoder().encode(text);
  return { type, length: bytes.length, slice: (at) => bytes.subarray(at, at + pieceBytes) };
}

/** Lines of 64 bytes, each with its number in the piece: a piece that is lost or swapped shows. */
const pattern = new TextEncoder().encode(
  Array.from({ length: pieceBytes / 64 }, (_, line) => `${String(line).padStart(5, '0')} ${'.'.repeat(57)}\n`).join(''),
);
const sizedFile = (length: number): HttpFile => ({
  type: 'application/octet-stream',
  length,
  slice: (at) => pattern.subarray(at % pieceBytes, Math.min(pieceBytes, (at % pieceBytes) + length - at)),
});
