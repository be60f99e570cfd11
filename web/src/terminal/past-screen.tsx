import { Terminal } from '@xterm/xterm';
import { useEffect, useRef, useState } from 'react';
import type { PastScreen as Screen } from '../../../server/contract/moments.ts';
import { api } from '../session/api.ts';
import { useMomentMs } from '../state/moment.ts';
import { terminalLook } from './xterm.ts';

/** Who drags through time wants the screen where they stop. */
const restMs = 120;

/** `12:03:04.120`, of this machine's clock. */
export function wallTime(ms: number): string {
  const date = new Date(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return `${time}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

const why: Readonly<Record<Screen['state'], string>> = {
  kept: '',
  early: 'This terminal was not there yet.',
  forgotten: 'Older than what is kept of this terminal’s output.',
};

/** Over a terminal while the page shows the past: its screen of that moment, read only (SCRUB5). */
export function PastScreen({ lab, id }: { lab: string; id: string }) {
  const atMs = useMomentMs();
  if (atMs === undefined) return null;
  return <Past lab={lab} id={id} atMs={atMs} />;
}

function Past({ lab, id, atMs }: { lab: string; id: string; atMs: number }) {
  const host = useRef<HTMLDivElement>(null);
  const [terminal, setTerminal] = useState<Terminal>();
  const [text, setText] = useState('');
  useEffect(() => {
    if (host.current === null) return;
    const made = new Terminal({ ...terminalLook(), disableStdin: true, cursorInactiveStyle: 'none', scrollback: 100 });
    made.open(host.current);
    setTerminal(made);
    return () => made.dispose();
  }, []);
  useEffect(() => {
    if (terminal === undefined) return;
    let left = false;
    const timer = setTimeout(() => {
      api.pastScreen(lab, id, atMs).then(
        ({ state, screen, cols, rows }) => {
          if (left) return;
          terminal.reset();
          terminal.resize(cols, rows);
          terminal.write(screen);
          setText(why[state]);
        },
        () => {
          if (!left) setText('The screen of this moment could not be fetched.');
        },
      );
    }, restMs);
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [terminal, lab, id, atMs]);
  return (
    <section className="past-screen" aria-label="The terminal as it was" data-testid={`past-screen-${id}`}>
      <div ref={host} className="past-screen-host" />
      <p className="past-screen-time" role="status">
        as of {wallTime(atMs)}
        {text !== '' && <span className="dim"> {text}</span>}
      </p>
    </section>
  );
}
