import { textWidth } from './char-width.ts';

/** Words in as few rows as fit into `width`, read column by column, two blanks apart, as Python's `cmd` does it. */
export function inColumns(words: readonly string[], width: number): string[] {
  for (let rowCount = 1; rowCount < words.length; rowCount++) {
    const columns = split(words, rowCount);
    const widths = columns.map((column) => Math.max(...column.map(textWidth)));
    const total = widths.reduce((sum, one) => sum + one + 2, -2);
    if (total <= width) return rowsOf(columns, widths, rowCount);
  }
  return [...words];
}

function split(words: readonly string[], rowCount: number): string[][] {
  const columns: string[][] = [];
  for (let at = 0; at < words.length; at += rowCount) columns.push(words.slice(at, at + rowCount));
  return columns;
}

function rowsOf(columns: readonly string[][], widths: readonly number[], rowCount: number): string[] {
  return Array.from({ length: rowCount }, (_, row) =>
    columns
      .filter((column) => column[row] !== undefined)
      .map((column, at) => (column[row] ?? '') + ' '.repeat((widths[at] ?? 0) - textWidth(column[row] ?? '')))
      .join('  '),
  );
}
