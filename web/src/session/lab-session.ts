import { announce } from '../state/announce.ts';
import { addEvent, resetLab, useLab } from '../state/lab-store.ts';
import { useSelection } from '../state/selection.ts';
import { api } from './api.ts';
import { problemOf } from './problem.ts';
import { live } from './socket.ts';

type Work = (lab: string) => () => void;
const works = new Set<Work>();
const ends = new Map<Work, () => void>();
let current: string | undefined;

/**
 * Runs `start` for each lab that is opened (and for the one that is open now); what it returns is called when the lab is
 * left. For stores that live outside of components, like the trace.
 */
export function whileInLab(start: Work): () => void {
  works.add(start);
  if (current !== undefined) ends.set(start, start(current));
  return () => {
    works.delete(start);
    ends.get(start)?.();
    ends.delete(start);
  };
}

/** Opens a lab: its data, its live status, events and checks flow into the lab store until the returned function is called. */
export function enterLab(id: string): () => void {
  resetLab(id);
  useSelection.getState().reset();
  current = id;
  let left = false;

  const watch = async () => {
    const first = useLab.getState().events.at(-1)?.id ?? 0;
    const { status, events, grade } = await live.request('lab:watch', { lab: id });
    if (left) return;
    let known = useLab.getState().events;
    for (const event of events) known = addEvent(known, event);
    useLab.setState({ status, grade, events: known, problem: undefined });
    const { connection } = useLab.getState();
    if (connection.state === 'connected' && connection.resumedMs !== undefined)
      useLab.setState({
        connection: { ...connection, caughtUp: events.filter((event) => event.id > first).length },
      });
  };
  const refused = (error: unknown) => {
    if (!left) useLab.setState({ problem: problemOf(error) });
  };
  const load = async () => {
    const detail = await api.lab(id);
    if (left) return;
    // What the socket told meanwhile is newer than what the request brought.
    useLab.setState((state) => ({ detail, status: state.status ?? detail.status }));
  };

  const stops = [
    live.on('lab:status', (status) => {
      if (status.lab === id) useLab.setState({ status });
    }),
    live.on('lab:event', ({ lab, event }) => {
      if (lab !== id) return;
      useLab.setState((state) => ({ events: addEvent(state.events, event) }));
      announce(event.reason === '' ? event.text : `${event.text} ${event.reason}`, event.level === 'bad');
    }),
    live.on('grade:progress', (grade) => {
      if (grade.lab === id) useLab.setState({ grade });
    }),
    live.onResume(() => {
      watch().catch(refused);
    }),
    live.onLink({
      up: (again) => {
        if (!again) watch().catch(refused);
      },
    }),
  ];
  load().catch(refused);
  if (live.connected) watch().catch(refused);
  for (const work of works) ends.set(work, work(id));

  return () => {
    left = true;
    for (const end of ends.values()) end();
    ends.clear();
    for (const stop of stops) stop();
    live.send('lab:unwatch', { lab: id });
    if (current === id) {
      current = undefined;
      resetLab(undefined);
    }
  };
}
