import { afterEach, expect, test, vi } from 'vitest';
import type { Pty, PtyExit, PtySize } from './pty.ts';
import type { Terminals } from './terminal-service.ts';
import { createTerminals } from './terminals.ts';
import { openForTest, PageViewer, until } from './testing.ts';
import { highWaterBytes } from './viewers.ts';

// Real programs on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

const open: Terminals[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((terminals) => terminals.close()));
});
function terminal(pty: Pty | undefined, prompt = /^lab> $/) {
  const terminals = createTerminals();
  open.push(terminals);
  return terminals.add({ id: 't', title: 'test', kind: 'mininet', prompt, pty });
}
const typed = (text: string) => Buffer.from(text);
const shell = () => openForTest('bash', '--norc', '--noprofile', '-i');
const exitOf = (of: ReturnType<typeof terminal>) =>
  new Promise<PtyExit>((resolve) => {
    of.onExit(resolve);
  });

/** A program made of a test's own calls. */
class ScriptedPty implements Pty {
  readonly pid = 0;
  emit: (data: Uint8Array) => void = () => undefined;
  end: (exit: PtyExit) => void = () => undefined;
  readonly calls: string[] = [];
  onData(listener: (data: Uint8Array) => void): void {
    this.emit = listener;
  }
  onExit(listener: (exit: PtyExit) => void): void {
    this.end = listener;
  }
  write(data: Uint8Array | string): void {
    this.calls.push(`write ${Buffer.from(data).toString()}`);
  }
  resize({ cols, rows }: PtySize): void {
    this.calls.push(`resize ${cols}x${rows}`);
  }
  pause(): void {
    this.calls.push('pause');
  }
  resume(): void {
    this.calls.push('resume');
  }
  kill(signal: NodeJS.Signals): void {
    this.calls.push(signal);
    queueMicrotask(() => this.end({ exitCode: null, signal }));
  }
}

test('[TERM5] whoever joins, at whatever moment of a colourful program, ends with the very same screen', async () => {
  const colourful =
    'for i in $(seq 1 400); do printf "\\e[3%dm%d \\e[1;4m漢字é🙂\\e[0m %0*d\\r\\n" $((i % 8)) $i $((i % 150 + 1)) 0; ' +
    'printf "\\e]0;title %d\\e\\\\\\e[5;%dHat\\e[24;1H" $i $((i % 60)); done';
  const running = terminal(openForTest('bash', '-c', colourful));
  const viewers: PageViewer[] = [];
  const joining = setInterval(() => viewers.push(new PageViewer().watch(running)), 1);
  await exitOf(running);
  clearInterval(joining);
  viewers.push(new PageViewer().watch(running));
  const screens = await Promise.all(viewers.map((viewer) => viewer.drawn()));
  expect(screens.length).toBeGreaterThan(3);
  expect(new Set(screens).size).toBe(1);
  expect(running.text()).toContain('400 漢字é🙂');
});

test('[TERM5] a screen taken in the middle of an escape sequence is continued, not broken', async () => {
  const pty = new ScriptedPty();
  const running = terminal(pty);
  const viewers = [new PageViewer().watch(running)];
  // An SGR, a title ended by BEL, another ended by ST, a charset: each in pieces, as a read may cut them.
  const pieces =
    'one |\x1b|[|31|m red |\x1b]0;a ti|tle\x07|\x1b]2;b\x1b|\\link|\x1b(|B end| \x1b[1;3|2m green|\x1b[0m.';
  for (const piece of pieces.split('|')) {
    const before = viewers[0]?.batches.length ?? 0;
    pty.emit(typed(piece));
    await until(() => (viewers[0]?.batches.length ?? 0) > before);
    // Half of them join before the server's own screen has parsed the piece, half of them after.
    viewers.push(new PageViewer().watch(running));
    await new Promise((resolve) => setTimeout(resolve, 5));
    viewers.push(new PageViewer().watch(running));
  }
  expect(running.text()).toBe('one  red link end  green.');
  expect(new Set(await Promise.all(viewers.map((viewer) => viewer.drawn()))).size).toBe(1);
});

test('[TERM6] no message splits a UTF-8 sequence, and none is lost', async () => {
  const running = terminal(openForTest('bash', '-c', 'yes "漢字é🙂" | head -c 300001'));
  const viewer = new PageViewer().watch(running);
  await exitOf(running);
  const strict = new TextDecoder('utf-8', { fatal: true });
  const bytes = Buffer.concat(viewer.batches).toString('latin1').split('\x1b[0m')[0]?.replaceAll('\r', '') ?? '';
  expect(bytes.length).toBe(300_001);
  for (const batch of viewer.batches.slice(0, -2)) expect(() => strict.decode(batch)).not.toThrow();
});

test('[TERM7] a viewer that draws nothing gets 1 MiB and no more; the others do not notice', async () => {
  const running = terminal(openForTest('yes'));
  const slow = new PageViewer({ acknowledges: false }).watch(running);
  const quick = new PageViewer().watch(running);
  await until(() => quick.receivedBytes > 3 * highWaterBytes);
  expect(slow.receivedBytes).toBeLessThanOrEqual(highWaterBytes);
  expect(slow.screens).toEqual([]);
  running.drawn(slow, slow.receivedBytes);
  await until(() => slow.screens.length === 1);
  expect(slow.screens).toEqual(['behind']);
  const before = slow.receivedBytes;
  await until(() => slow.receivedBytes > before);
});

test('[TERM7] a viewer that fell behind ends with the same screen as one that did not', async () => {
  const running = terminal(openForTest('seq', '1', '300000'));
  const slow = new PageViewer({ acknowledges: false }).watch(running);
  await exitOf(running);
  expect(slow.receivedBytes).toBeLessThanOrEqual(highWaterBytes);
  running.drawn(slow, slow.receivedBytes);
  await until(() => slow.screens.length === 1);
  expect(await slow.drawn()).toBe(await new PageViewer().watch(running).drawn());
});

test('[TERM7] the program waits while its screen is not parsed, and goes on after', async () => {
  const pty = new ScriptedPty();
  terminal(pty);
  for (let sent = 0; sent < 16; sent++) pty.emit(Buffer.alloc(65_536, 'line\r\n'));
  expect(pty.calls).toEqual(['resize 80x24', 'pause']);
  await until(() => pty.calls.includes('resume'));
  expect(pty.calls).toEqual(['resize 80x24', 'pause', 'resume']);
});

test('[TERM9] more than 64 KiB at once, or 1 MiB within a second, is refused and nothing is typed', () => {
  const pty = new ScriptedPty();
  const running = terminal(pty);
  const viewer = new PageViewer().watch(running);
  const other = new PageViewer().watch(running);
  expect(() => running.write(Buffer.alloc(65_537), viewer)).toThrow('65537 bytes were typed at once');
  expect(pty.calls).toEqual(['resize 80x24']);
  const most = Buffer.alloc(65_536, 'x');
  for (let sent = 0; sent < 16; sent++) running.write(most, viewer);
  expect(() => {
    running.write(most, viewer);
    running.write(most, viewer);
  }).toThrow('More than 1048576 bytes were typed within a second.');
  running.write(typed('me'), other);
  expect(pty.calls.at(-1)).toBe('write me');
});

test('[TERM10] the size of whoever typed last wins, and everybody else gets a screen of that size', async () => {
  const running = terminal(shell());
  const wide = new PageViewer().watch(running);
  const narrow = new PageViewer().watch(running);
  running.resize(wide, { cols: 132, rows: 40 });
  running.write(typed('stty size\r'), wide);
  await until(() => running.text().includes('40 132'));
  running.resize(narrow, { cols: 60, rows: 20 });
  expect(narrow.screens).toEqual(['resized']);
  expect(wide.screens).toEqual([]);
  running.write(typed('stty size\r'), narrow);
  await until(() => running.text().includes('20 60'));
  expect(wide.screens).toEqual(['resized']);
  running.leave(narrow);
  running.resize(wide, { cols: 100, rows: 30 });
  running.write(typed('stty size\r'), wide);
  await until(() => running.text().includes('30 100'));
});

test('[TERM10] a storm of sizes costs twenty redrawings a second, and the last one counts', async () => {
  const pty = new ScriptedPty();
  const running = terminal(pty);
  const [stormy, other] = [new PageViewer().watch(running), new PageViewer().watch(running)];
  pty.calls.length = 0;
  for (let cols = 20; cols < 320; cols++) running.resize(stormy, { cols, rows: 24 });
  expect(pty.calls.length).toBeLessThan(50);
  await until(() => pty.calls.at(-1) === 'resize 319x24');
  expect(other.screens.length).toBe(pty.calls.length);
});

test('[TERM5] the wider a terminal, the fewer lines it keeps, so that no size makes its screen large', async () => {
  const pty = new ScriptedPty();
  const running = terminal(pty);
  const viewer = new PageViewer().watch(running);
  running.resize(viewer, { cols: 1000, rows: 24 });
  pty.emit(Buffer.from(Array.from({ length: 6000 }, (_, index) => `line ${index}\r\n`).join('')));
  await until(() => running.text().includes('line 5999'));
  expect(running.text().split('\n').length).toBeLessThanOrEqual(1024);
  running.resize(viewer, { cols: 80, rows: 24 });
  pty.emit(Buffer.from(Array.from({ length: 6000 }, (_, index) => `row ${index}\r\n`).join('')));
  await until(() => running.text().includes('row 5999'));
  expect(running.text().split('\n').length).toBeGreaterThan(5000);
});

test("[TERM16] bytes that no terminal understands are nobody's error: nothing is logged", async () => {
  const said = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn'), vi.spyOn(console, 'log')];
  const pty = new ScriptedPty();
  const running = terminal(pty);
  pty.emit(Buffer.from('garbage \x7f done', 'latin1'));
  await until(() => running.text().includes('done'));
  for (const spy of said) {
    expect(spy).not.toHaveBeenCalled();
    spy.mockRestore();
  }
});

test('[TERM11] a restarted program keeps its terminal; what Patchbay says stands between', async () => {
  const running = terminal(openForTest('printf', 'first'));
  const viewer = new PageViewer().watch(running);
  expect(await exitOf(running)).toEqual({ exitCode: 0, signal: null });
  expect(running.info()).toMatchObject({ state: 'ended', exitCode: 0, busy: false });
  expect(() => running.write(typed('x'))).toThrow('The program in "test" has ended: nothing was typed.');
  running.say('The router ended\x1b[31m and starts again.');
  running.attach(openForTest('printf', 'second'));
  expect(running.info()).toMatchObject({ state: 'running' });
  expect(running.info().exitCode).toBeUndefined();
  await exitOf(running);
  expect(running.text()).toBe('first\nThe router ended [31m and starts again.\nsecond');
  expect(await viewer.drawn()).toContain('\x1b[2mThe router ended [31m and starts again.');
});

test('[TERM11] a program that dies in its full-screen view does not leave the next one in there', async () => {
  const running = terminal(
    openForTest('bash', '-c', 'echo before; printf "\\e[?1049h\\e[?1000h\\e[2Jfull"; kill -SEGV $$'),
  );
  expect(await exitOf(running)).toEqual({ exitCode: null, signal: 'SIGSEGV' });
  running.say('ended');
  await until(() => running.text() === 'before\nended');
});

test('[TERM12] a terminal is busy until its program is back at the prompt', async () => {
  const terminals = createTerminals();
  open.push(terminals);
  const seen: boolean[] = [];
  terminals.onChange(() => seen.push(terminals.list()[0]?.busy ?? true));
  const running = terminals.add({ id: 't', title: 'test', kind: 'mininet', prompt: /^lab> $/, pty: shell() });
  await until(() => !running.info().busy);
  running.write(typed('sleep 0.2; echo done\r'));
  await until(() => running.info().busy);
  await until(() => !running.info().busy);
  expect(running.text()).toContain('done');
  expect(seen).toContain(false);
});

test('[TERM13] Ctrl-C reaches a program that floods its terminal', async () => {
  const running = terminal(shell());
  const viewer = new PageViewer().watch(running);
  await until(() => !running.info().busy);
  running.write(typed('yes\r'), viewer);
  await until(() => viewer.receivedBytes > 2 * highWaterBytes);
  running.write(typed('\x03'), viewer);
  await until(() => !running.info().busy);
  expect(running.text()).toMatch(/\^C\s+lab>$/);
});

test('[TERM14] nothing is lost at the exit: viewers have every byte before they hear of it', async () => {
  const running = terminal(openForTest('seq', '1', '20000'));
  const viewer = new PageViewer().watch(running);
  await exitOf(running);
  expect(Buffer.concat(viewer.batches).toString()).toContain('\r\n19999\r\n20000\r\n');
});

test('[TERM15] closing ends a program that does not listen to SIGHUP', async () => {
  const pty = openForTest('bash', '-c', 'trap "" HUP; echo ready; while :; do sleep 1; done');
  const running = terminal(pty);
  await until(() => running.text() === 'ready');
  await running.close();
  await until(() => !alive(pty.pid));
});

test('[TERM15] a removed terminal is gone from the list at once', async () => {
  const terminals = createTerminals();
  open.push(terminals);
  terminals.add({ id: 'a', title: 'a', kind: 'host', host: 'client', prompt: /x/, pty: openForTest('cat') });
  expect(terminals.list()).toMatchObject([{ id: 'a', kind: 'host', host: 'client', state: 'running' }]);
  const removed = terminals.remove('a');
  expect(terminals.list()).toEqual([]);
  expect(terminals.get('a')).toBeUndefined();
  await removed;
});

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
