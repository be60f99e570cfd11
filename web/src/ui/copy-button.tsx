import { useState } from 'react';
import { announce } from '../state/announce.ts';
import { writeClipboard } from '../state/clipboard.ts';
import { Button } from './button.tsx';

const shownForMs = 1_500;

/** Copies a text and says so. */
export function CopyButton({ id, text }: { id: string; text: string }) {
  const [state, setState] = useState<'ready' | 'copied' | 'refused'>('ready');
  const tell = (next: 'copied' | 'refused') => {
    setState(next);
    announce(next === 'copied' ? 'Copied.' : 'The browser keeps its clipboard closed.');
    setTimeout(() => setState('ready'), shownForMs);
  };
  const copy = async () => tell((await writeClipboard(text)) ? 'copied' : 'refused');
  const label = { ready: 'Copy', copied: 'Copied', refused: 'Not allowed' }[state];
  return (
    <Button
      id={id}
      label={label}
      icon={state === 'copied' ? 'check' : 'copy'}
      kind="ghost"
      onPress={() => void copy()}
    />
  );
}
