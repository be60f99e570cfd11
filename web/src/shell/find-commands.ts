import type { Command } from '../state/commands.ts';

/** No title has so many characters. */
const longest = 1_000;
const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** Commands whose title or group has all words of the text, best first (UI51); equally good ones stay in order. */
export function findCommands(commands: readonly Command[], text: string): Command[] {
  const typed = text.toLowerCase().split(/\s+/).filter(Boolean);
  return commands
    .filter(({ title, group }) => typed.every((word) => `${title} ${group}`.toLowerCase().includes(word)))
    .map((command) => ({ command, rank: rankOf(command.title, typed) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ command }) => command);
}

/** How far a title is from the words that were typed; where they stand anywhere in it, the more the longer it is. */
function rankOf(title: string, typed: readonly string[]): number {
  const words = wordsOf(title);
  if (words.join(' ').startsWith(wordsOf(typed.join(' ')).join(' '))) return 0;
  if (typed.every((word) => words.some((own) => own.startsWith(word)))) return 1 + title.length / longest;
  return typed.every((word) => title.toLowerCase().includes(word)) ? 2 + title.length / longest : 3;
}
