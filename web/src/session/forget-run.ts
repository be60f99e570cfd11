import { endComment } from '../state/comments.ts';
import { followNone } from '../state/followed.ts';
import { useSelection } from '../state/selection.ts';

/** Numbers of packets begin anew with each run: what names one of the run before is forgotten (UI58). */
export function forgetRun(): void {
  useSelection.getState().forgetRun();
  followNone();
  endComment();
}
