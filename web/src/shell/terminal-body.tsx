import { useRecording } from '../state/recording.ts';
import { Boundary } from './boundary.tsx';
import { TerminalPane } from './panes.ts';
import './recorded.css';

/** A terminal; of a recorded run the text that was on it at the end. */
export function TerminalBody({ id }: { id: string }) {
  const detail = useRecording((state) => state.detail);
  if (detail === undefined)
    return (
      <Boundary what="The terminal">
        <TerminalPane id={id} />
      </Boundary>
    );
  const text = detail.content.terminals.find((terminal) => terminal.id === id)?.text.trimEnd() ?? '';
  return (
    <>
      <p className="recorded-note">As it was when the run was saved.</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by keyboard */}
      <pre className="recorded-text" data-testid="recorded-terminal" tabIndex={0}>
        {text}
      </pre>
    </>
  );
}
