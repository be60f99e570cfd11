import { SearchAddon } from '@xterm/addon-search';
import type { Terminal } from '@xterm/xterm';
import { useEffect, useRef, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';

/** Finds text in a terminal: Enter next, Shift+Enter previous, Escape closes. */
export function FindBar({ terminal, onClose }: { terminal: Terminal; onClose: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [found, setFound] = useState<{ at: number; of: number }>();
  const [search, setSearch] = useState<SearchAddon>();
  useEffect(() => {
    const made = new SearchAddon();
    terminal.loadAddon(made);
    setSearch(made);
    const listening = made.onDidChangeResults(({ resultIndex, resultCount }) =>
      setFound({ at: resultIndex + 1, of: resultCount }),
    );
    return () => {
      listening.dispose();
      made.clearDecorations();
      made.dispose();
    };
  }, [terminal]);
  useEffect(() => input.current?.focus(), []);
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const options = {
    decorations: {
      matchBackground: token('select-bg'),
      activeMatchBackground: token('mark-bg'),
      matchOverviewRuler: token('line-3'),
      activeMatchColorOverviewRuler: token('accent'),
    },
  };
  const next = () => search?.findNext(text, options);
  const previous = () => search?.findPrevious(text, options);
  return (
    <search className="find-bar" data-testid="terminal-find">
      <div className="field grow">
        <Icon name="search" size="s" />
        <input
          ref={input}
          aria-label="Find in this terminal"
          placeholder="Find in this terminal"
          data-testid="terminal-find-input"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            if (event.target.value === '') search?.clearDecorations();
            else search?.findNext(event.target.value, { ...options, incremental: true });
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape') onClose();
            else if (event.key === 'Enter') (event.shiftKey ? previous : next)();
            else return;
            event.preventDefault();
            event.stopPropagation();
          }}
        />
        {text !== '' && found !== undefined && (
          <span className="dim">{found.of === 0 ? 'none' : `${Math.max(found.at, 1)} of ${found.of}`}</span>
        )}
      </div>
      <Button id="find-previous" label="Previous" icon="up" kind="ghost" bare onPress={previous} />
      <Button id="find-next" label="Next" icon="down" kind="ghost" bare onPress={next} />
      <Button id="find-close" label="Close" icon="close" kind="ghost" bare onPress={onClose} />
    </search>
  );
}
