import { useEffect, useMemo, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { type Match, matchesIn, type Part, type Side } from './stream-lines.ts';

interface FindStreamProps {
  readonly parts: readonly Part[];
  readonly sides: readonly Side[];
  readonly onMatch: (match: Match | undefined) => void;
}

/** Finds a text in what the sides sent: Enter next, Shift+Enter previous. */
export function FindStream({ parts, sides, onMatch }: FindStreamProps) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const matches = useMemo(() => matchesIn(parts, sides, text), [parts, sides, text]);
  const shown = matches.length === 0 ? undefined : matches[at % matches.length];
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another place is told
  useEffect(() => onMatch(shown), [shown?.side, shown?.start, shown?.end]);
  const step = (by: 1 | -1) =>
    setAt((now) => (matches.length === 0 ? 0 : (now + by + matches.length) % matches.length));
  return (
    <search className="stream-find">
      <div className="field grow">
        <Icon name="search" size="s" />
        <input
          aria-label="Find in the stream"
          placeholder="Find in the stream"
          data-testid="stream-find"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setText('');
            else if (event.key === 'Enter') step(event.shiftKey ? -1 : 1);
            else return;
            event.preventDefault();
            event.stopPropagation();
          }}
        />
        {text !== '' && (
          <span className="dim" data-testid="stream-found">
            {matches.length === 0 ? 'none' : `${(at % matches.length) + 1} of ${matches.length}`}
          </span>
        )}
      </div>
      <Button id="stream.find-previous" label="Previous" icon="up" kind="ghost" bare onPress={() => step(-1)} />
      <Button id="stream.find-next" label="Next" icon="down" kind="ghost" bare onPress={() => step(1)} />
    </search>
  );
}
