import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const compressible = /\.(js|css|html|svg)$/;
const smallestBytes = 1024;
/** The highest takes ten times as long for 2 % less. */
const brotliQuality = 9;

/** Writes each text file of the page a second and third time, compressed: the server sends them as they are. */
function precompress(): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    async writeBundle({ dir }, bundle) {
      if (dir === undefined) return;
      const files = Object.values(bundle).map((file) => ({
        path: join(dir, file.fileName),
        bytes: Buffer.from(file.type === 'chunk' ? file.code : file.source),
      }));
      await Promise.all(
        files
          .filter(({ path, bytes }) => compressible.test(path) && bytes.length > smallestBytes)
          .map(async ({ path, bytes }) => {
            await writeFile(`${path}.gz`, await promisify(gzip)(bytes, { level: 9 }));
            const params = { [constants.BROTLI_PARAM_QUALITY]: brotliQuality };
            await writeFile(`${path}.br`, await promisify(brotliCompress)(bytes, { params }));
          }),
      );
    },
  };
}

export default defineConfig({
  root: 'web',
  plugins: [react(), precompress()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    // What many panes share is one file: forty small ones cost a request each, and compress worse.
    rolldownOptions: {
      output: {
        codeSplitting: { groups: [{ name: 'shared', test: /web\/src\/(state|session|ui)\//, minShareCount: 4 }] },
      },
    },
  },
  server: { fs: { allow: ['..'] } },
});
