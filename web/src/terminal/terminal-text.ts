import type { Terminal } from '@xterm/xterm';
import type { TerminalInfo } from '../../../server/contract/status.ts';

/** Everything that a terminal shows as plain text, scrollback included, without blank lines at the end. */
export function plainText(terminal: Terminal): string {
  const buffer = terminal.buffer.active;
  const lines: string[] = [];
  for (let at = 0; at < buffer.length; at++) {
    const line = buffer.getLine(at);
    if (line === undefined) continue;
    const text = line.translateToString(true);
    if (line.isWrapped && lines.length > 0) lines[lines.length - 1] += text;
    else lines.push(text);
  }
  return lines.join('\n').trimEnd();
}

/** What became of a program, in a sentence. */
export function endText(info: TerminalInfo): string {
  if (info.signal !== undefined) return `Ended by ${info.signal}.`;
  if (info.exitCode !== undefined) return `Ended with exit code ${info.exitCode}.`;
  return info.kind === 'router' ? 'No program runs here.' : 'Ended.';
}
