import { announce } from '../state/announce.ts';
import { addEvent, resetLab, useLab } from '../state/lab-store.ts';
import { useSelection } from '../state/selection.ts';
import { useTraceFilter } from '../state/trace-filter.ts';
import { useTraceShare } from '../state/trace-share.ts';
import { traceStore } from '../state/trace-store.ts';
import { api } from './api.ts';
import { followTrace, isOutdated } from './follow-trace.ts';
import { forgetRun } from './forget-run.ts';
import { followHistory } from './load-history.ts';
import { problemOf } from './problem.ts';
import { live } from './socket.ts';

/** Opens a lab: its data, live status, events and checks flow into the lab store, its packets into the trace, until the returned function is called. */
export function enterLab(id: string): () => void {
  resetLab(id);
  forgetRun();
  useSelection.getState().reset();
  useTraceFilter.getState().clear();
  let left = false;
  let run = 0;

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
    useLab.subscribe(({ status }) => {
      if (status === undefined) return;
      if (isOutdated(traceStore, status)) traceStore.reset();
      if (run !== 0 && status.startedMs !== 0 && status.startedMs !== run) forgetRun();
      run = status.startedMs || run;
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
  const unhistory = followHistory(id);
  const unfollow = followTrace(traceStore, live, id, (share) => useTraceShare.setState({ share }));

  return () => {
    left = true;
    unfollow();
    unhistory();
    for (const stop of stops) stop();
    live.send('lab:unwatch', { lab: id });
    if (useLab.getState().id === id) resetLab(undefined);
  };
}
