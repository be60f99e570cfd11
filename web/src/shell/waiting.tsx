import { useLayoutEffect } from 'react';
import { waitForPart } from '../state/rest.ts';

/** An empty well in the place of something whose code is on its way: until then the page does not rest (UI49). */
export function Waiting() {
  useLayoutEffect(() => waitForPart(), []);
  return <div className="loading" aria-busy="true" />;
}
