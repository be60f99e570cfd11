import { showPanel } from './dock-store.ts';
import { useTraceFilter } from './trace-filter.ts';

/** Shows in the trace what passes a filter: how the map's links and nodes open theirs. */
export function showFiltered(filter: string): void {
  useTraceFilter.getState().setText(filter);
  showPanel('trace');
}
