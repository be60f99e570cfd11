import type { Process, Program, Programs } from '../program/program.ts';
import { inColumns } from './columns.ts';
import { fullPath, homeFolder } from './files.ts';

/** What every host has beside its network programs: the few that shells are used for all day (EC12). */
export const basicPrograms: Programs = new Map([
  ['cat', { run: cat, summary: 'prints files, or what it reads' }],
  ['echo', { run: echo, summary: 'prints its words' }],
  ['false', { run: async () => 1, summary: 'fails' }],
  ['ls', { run: ls, summary: 'lists files' }],
  ['pwd', { run: pwd, summary: 'prints the folder, which is always the same' }],
  ['rm', { run: rm, summary: 'removes files' }],
  ['sleep', { run: sleep, summary: 'waits for seconds' }],
  ['true', { run: async () => 0, summary: 'succeeds' }],
] satisfies [string, { run: Program; summary: string }][]);

async function echo({ argv, stdout }: Process): Promise<number> {
  let words = argv.slice(1);
  let hasEnd = true;
  let readsEscapes = false;
  while (/^-[neE]+$/.test(words[0] ?? '')) {
    const flags = words[0] ?? '';
    if (flags.includes('n')) hasEnd = false;
    if (flags.includes('e')) readsEscapes = true;
    words = words.slice(1);
  }
  const text = words.join(' ');
  stdout.write((readsEscapes ? unescaped(text) : text) + (hasEnd ? '\n' : ''));
  return 0;
}

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  n: '\n',
  r: '\r',
  t: '\t',
};
const unescaped = (text: string): string => text.replace(/\\(.)/gs, (whole, char) => escapes[char] ?? whole);

async function cat({ argv, stdin, stdout, stderr, files, interrupted }: Process): Promise<number> {
  let code = 0;
  const names = argv.slice(1);
  for (const name of names.length === 0 ? ['-'] : names) {
    if (name === '-') {
      for (let data = await stdin.read(); data !== undefined; data = await stdin.read()) {
        stdout.write(data);
        await stdout.drained();
      }
      if (interrupted.aborted) return 130;
    } else if (name.startsWith('-')) {
      stderr.write(`cat: ${name}: no such option. Here: cat [FILE]...\n`);
      return 1;
    } else {
      const data = files.read(name);
      if (data === undefined) {
        stderr.write(`cat: ${name}: No such file or directory\n`);
        code = 1;
      } else {
        stdout.write(data);
        await stdout.drained();
      }
    }
  }
  return code;
}

async function ls({ argv, stdout, stderr, files, columns }: Process): Promise<number> {
  const words = argv.slice(1);
  const unknown = words.find((word) => /^-./.test(word) && !/^-[1al]+$/.test(word));
  if (unknown !== undefined) {
    stderr.write(`ls: ${unknown}: no such option. Here: ls [-l] [-1] [FILE]...\n`);
    return 2;
  }
  const flags = words.filter((word) => word.startsWith('-')).join('');
  const named = words.filter((word) => !word.startsWith('-'));
  const all = files.list();
  let code = 0;
  const found = new Map<string, number | undefined>();
  for (const name of named.length === 0 ? [homeFolder] : named) {
    const full = fullPath(name);
    const folder = full === '/' ? '/' : `${full}/`;
    const file = all.find(({ path }) => path === full);
    const inside = all.filter(({ path }) => path.startsWith(folder));
    if (file !== undefined) found.set(name, file.bytes);
    else if (inside.length === 0 && full !== homeFolder && full !== '/') {
      stderr.write(`ls: cannot access '${name}': No such file or directory\n`);
      code = 2;
    }
    for (const { path, bytes } of inside) {
      const [first = '', ...deeper] = path.slice(folder.length).split('/');
      found.set(deeper.length === 0 ? first : `${first}/`, deeper.length === 0 ? bytes : undefined);
    }
  }
  const names = [...found.keys()];
  let lines = names;
  if (flags.includes('l')) lines = [...found].map(([name, bytes]) => `${String(bytes ?? '-').padStart(9)} ${name}`);
  else if (columns !== undefined && !flags.includes('1')) lines = inColumns(names, columns - 1);
  for (const line of lines) stdout.write(`${line.trimEnd()}\n`);
  return code;
}

async function pwd({ stdout }: Process): Promise<number> {
  stdout.write(`${homeFolder}\n`);
  return 0;
}

async function rm({ argv, stderr, files }: Process): Promise<number> {
  const words = argv.slice(1);
  const isForced = words.includes('-f');
  const names = words.filter((word) => word !== '-f');
  const option = names.find((name) => name.startsWith('-'));
  if (option !== undefined || (names.length === 0 && !isForced)) {
    stderr.write(
      option === undefined ? 'rm: missing operand\n' : `rm: ${option}: no such option. Here: rm [-f] FILE...\n`,
    );
    return 1;
  }
  let code = 0;
  for (const name of names) {
    if (files.remove(name) || isForced) continue;
    stderr.write(`rm: cannot remove '${name}': No such file or directory\n`);
    code = 1;
  }
  return code;
}

const secondsOf: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

async function sleep({ argv, stderr, sleep: wait }: Process): Promise<number> {
  if (argv.length < 2) {
    stderr.write('sleep: missing operand\n');
    return 1;
  }
  let seconds = 0;
  for (const word of argv.slice(1)) {
    const [, number, unit] = /^(\d+\.?\d*|\.\d+)([smhd]?)$/.exec(word) ?? [];
    if (number === undefined) {
      stderr.write(`sleep: invalid time interval '${word}'\n`);
      return 1;
    }
    seconds += Number(number) * (secondsOf[unit ?? ''] ?? 1);
  }
  return (await wait(seconds * 1e6)) ? 0 : 130;
}
