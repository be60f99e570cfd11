import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { serveForTest } from '../testing/serve-for-test.ts';

/** fetch would decode the body, and choose the encodings itself. */
function ask(url: string, acceptEncoding?: string) {
  return new Promise<{ headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
    const headers = acceptEncoding === undefined ? {} : { 'accept-encoding': acceptEncoding };
    const sent = request(url, { headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks) }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

test('[API5] what the build compressed goes compressed to a browser that reads it, under its own type and address', async () => {
  const webDir = mkdtempSync(join(tmpdir(), 'patchbay-web-'));
  try {
    mkdirSync(join(webDir, 'assets'));
    const files = { 'index.html': '<title>Patchbay</title>', 'assets/main-abc.js': 'export const cables = 7;' };
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(webDir, name), text);
      writeFileSync(join(webDir, `${name}.gz`), gzipSync(text));
      writeFileSync(join(webDir, `${name}.br`), brotliCompressSync(text));
    }
    writeFileSync(join(webDir, 'assets/small-abc.js'), 'export {}');
    await using server = await serveForTest({ webDir });
    const script = `${server.url}/assets/main-abc.js`;
    const inGzip = await ask(script, 'gzip');
    expect(inGzip.headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-type': 'application/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
    });
    expect(gunzipSync(inGzip.body).toString()).toBe(files['assets/main-abc.js']);
    const inBrotli = await ask(script, 'gzip, deflate, br');
    expect(inBrotli.headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(inBrotli.body).toString()).toBe(files['assets/main-abc.js']);
    const page = await ask(`${server.url}/lab/simple-router`, 'gzip');
    expect(page.headers).toMatchObject({ 'content-encoding': 'gzip', 'cache-control': 'no-cache' });
    expect(gunzipSync(page.body).toString()).toBe(files['index.html']);
    const plain = await ask(script);
    expect([plain.headers['content-encoding'], plain.body.toString()]).toEqual([
      undefined,
      files['assets/main-abc.js'],
    ]);
    const small = await ask(`${server.url}/assets/small-abc.js`, 'gzip, br');
    expect([small.headers['content-encoding'], small.body.toString()]).toEqual([undefined, 'export {}']);
  } finally {
    rmSync(webDir, { recursive: true });
  }
});
