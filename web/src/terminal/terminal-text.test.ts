import { Terminal } from '@xterm/xterm';
import { expect, test } from 'vitest';
import type { TerminalInfo } from '../../../server/contract/status.ts';
import { endText, plainText } from './terminal-text.ts';

const info = (more: Partial<TerminalInfo>): TerminalInfo => ({
  id: 'sh',
  title: 'client',
  kind: 'host',
  state: 'ended',
  busy: false,
  ...more,
});

test('[TERM9] the whole text, scrollback included; wrapped lines are one line', async () => {
  const terminal = new Terminal({ cols: 10, rows: 3, scrollback: 100 });
  await new Promise<void>((resolve) =>
    terminal.write('\x1b[32mone\x1b[0m\r\ntwo\r\n0123456789abc\r\nthree\r\n\r\n', resolve),
  );
  expect(plainText(terminal)).toBe('one\ntwo\n0123456789abc\nthree');
  terminal.dispose();
});

test('[TERM8] how a program ended', () => {
  expect(endText(info({ signal: 'SIGSEGV' }))).toBe('Ended by SIGSEGV.');
  expect(endText(info({ exitCode: 0 }))).toBe('Ended with exit code 0.');
  expect(endText(info({ kind: 'router' }))).toBe('No program runs here.');
});
