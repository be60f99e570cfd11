import { execFile } from 'node:child_process';
import { createHash, type Hash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import type { BundleBuild } from '../contract/bundle.ts';
import { projectDir } from '../labs/project-paths.ts';

const parts = ['bridge', 'server', 'web'] as const;
const gitTimeoutMs = 2000;

/** What runs here: the package's version, the commit ('' without git), and a SHA-256 over the files of each built part. */
export async function describeBuild(dir = projectDir): Promise<BundleBuild> {
  const { version }: { version: string } = JSON.parse(await readFile(join(dir, 'package.json'), 'utf8'));
  const hashes = await Promise.all(parts.map(async (part) => [part, await hashOf(join(dir, 'dist', part))] as const));
  return {
    version,
    commit: await commitOf(dir),
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    parts: Object.fromEntries(hashes),
  };
}

async function commitOf(dir: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('git', ['rev-parse', 'HEAD'], { cwd: dir, timeout: gitTimeoutMs });
    return stdout.trim();
  } catch {
    // An installation without git, or without a repository.
    return '';
  }
}

/** Over names and contents, in order of the names; '' for a part that is not built. */
async function hashOf(dir: string): Promise<string> {
  const hash = createHash('sha256');
  return (await addFiles(hash, dir, dir)) === 0 ? '' : hash.digest('hex');
}

async function addFiles(hash: Hash, root: string, dir: string): Promise<number> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  let files = 0;
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) files += await addFiles(hash, root, path);
    else {
      const content = await readFile(path);
      hash.update(`${relative(root, path)}\0${content.length}\0`).update(content);
      files += 1;
    }
  }
  return files;
}
