import { expect, test } from 'vitest';
import { Recording } from './recording.ts';
import { Screen } from './screen.ts';

const size = { cols: 40, rows: 5 };
const bytes = (text: string) => Buffer.from(text);

/** A terminal's screen and its recording, fed together as a terminal does. */
class Recorded {
  readonly screen = new Screen(size);
  readonly recording = new Recording(size, 0);

  async write(text: string, atMs: number): Promise<void> {
    const data = bytes(text);
    this.screen.write(data, () => this.recording.note(data, atMs, this.screen.size, () => this.screen.drawRecent()));
    await new Promise<void>((resolve) => this.screen.whenParsed(resolve));
  }

  resize(to: { cols: number; rows: number }, atMs: number): void {
    this.screen.resize(to);
    this.recording.resized(to, atMs, () => this.screen.drawRecent());
  }
}

/** The lines that an escape sequence draws. */
async function textOf(screen: string): Promise<string> {
  const drawn = new Screen(size);
  drawn.write(bytes(screen), () => {});
  await new Promise<void>((resolve) => drawn.whenParsed(resolve));
  return drawn.text();
}

test('[TERM18] a screen is drawn as it was at any moment: output, cleared lines and size', async () => {
  const terminal = new Recorded();
  const { recording } = terminal;
  await terminal.write('one\r\n', 100);
  await terminal.write('two', 200);
  terminal.resize({ cols: 60, rows: 6 }, 250);
  await terminal.write('\x1b[2J\x1b[Hthree', 300);
  expect(await textOf((await recording.at(150)).screen)).toBe('one');
  expect(await textOf((await recording.at(200)).screen)).toBe('one\ntwo');
  expect(await recording.at(260)).toMatchObject({ state: 'kept', cols: 60, rows: 6 });
  expect(await textOf((await recording.at(9999)).screen)).toBe('three');
});

test('[TERM18] before it was there a terminal has no screen', async () => {
  expect(await new Recording(size, 500).at(400)).toEqual({ state: 'early', screen: '', ...size });
});

test('[TERM18] a mebibyte is kept; what is older is said to be forgotten, and the rest is still exact', async () => {
  const terminal = new Recorded();
  const line = (at: number) => `line ${at} ${'x'.repeat(20)}\r\n`;
  const perWrite = 1000;
  for (let at = 0; at < 80; at++) await terminal.write(line(at).repeat(perWrite), at + 1);
  expect((await terminal.recording.at(0.5)).state).toBe('forgotten');
  for (const at of [60, 70, 79]) {
    const { state, screen } = await terminal.recording.at(at + 1);
    expect(state).toBe('kept');
    expect(await textOf(screen)).toContain(line(at).trim());
    expect(await textOf(screen)).not.toContain(line(at + 1).trim());
  }
}, 20_000);

test('[TERM18] many small pieces are counted by the memory that they take, and so are sizes', async () => {
  const { recording, screen } = new Recorded();
  const draw = (): string => screen.drawRecent();
  for (let at = 1; at <= 20_000; at++) recording.note(bytes('.'), at, size, draw);
  expect((await recording.at(1)).state).toBe('forgotten');
  expect((await recording.at(15_000)).state).toBe('kept');
  for (let at = 20_001; at <= 40_000; at++) recording.resized({ cols: 40 + (at % 2), rows: 5 }, at, draw);
  expect((await recording.at(15_000)).state).toBe('forgotten');
  expect(await recording.at(39_999)).toMatchObject({ state: 'kept', cols: 41 });
  expect(await recording.at(40_000)).toMatchObject({ state: 'kept', cols: 40 });
});
