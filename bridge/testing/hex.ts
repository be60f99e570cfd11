import { readdirSync, readFileSync } from 'node:fs';

/** A fixture: bytes as hex, `#` begins a comment. */
export interface Fixture {
  /** File name without `.hex`. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The same with the bytes marked `~` zeroed: those mean nothing, readers ignore them and writers send zeros. */
  readonly clean: Uint8Array;
}

/** `01 ~ff 0203 # comment` → bytes; throws for anything that is not hex. */
function parseHex(text: string): { readonly bytes: Uint8Array; readonly clean: Uint8Array } {
  const bytes: number[] = [];
  const clean: number[] = [];
  for (const word of text.replace(/#.*$/gm, '').split(/\s+/).filter(Boolean)) {
    const digits = word.replace(/^~/, '');
    if (!/^(?:[0-9a-f]{2})+$/i.test(digits)) throw new Error(`not hex: ${word}`);
    for (const pair of digits.match(/../g) ?? []) {
      const byte = Number.parseInt(pair, 16);
      bytes.push(byte);
      clean.push(word.startsWith('~') ? 0 : byte);
    }
  }
  return { bytes: Uint8Array.from(bytes), clean: Uint8Array.from(clean) };
}

/** Hex without a file, for tests. */
export const hex = (text: string): Uint8Array => parseHex(text).bytes;

/** One fixture: `readHex(new URL('fixtures/hello.hex', import.meta.url))`. */
export function readHex(url: URL): Fixture {
  const name = url.pathname.replace(/^.*\//, '').replace(/\.hex$/, '');
  return { name, ...parseHex(readFileSync(url, 'utf8')) };
}

/** All fixtures of a folder, by name: `readFixtures(new URL('fixtures/', import.meta.url))`. */
export function readFixtures(folder: URL): readonly Fixture[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.hex'));
  return files.sort().map((file) => readHex(new URL(file, folder)));
}
