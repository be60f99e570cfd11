/** The heads of a table's columns: words, then figures, whose class is that of their cells. */
export function ColumnHeads({ words, figures = [] }: { words: readonly string[]; figures?: readonly string[] }) {
  return (
    <>
      {words.map((text) => (
        <th key={text} scope="col">
          {text}
        </th>
      ))}
      {figures.map((text) => (
        <th key={text} scope="col" className="n">
          {text}
        </th>
      ))}
    </>
  );
}
