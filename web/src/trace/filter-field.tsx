import type { RefObject } from 'react';
import type { Completions } from '../../../bridge/packet/filter/completion.ts';
import { canRead, reading } from '../state/reading.ts';
import { useTraceFilter } from '../state/trace-filter.ts';
import { QueryField } from '../ui/query-field.tsx';

interface FilterFieldProps {
  readonly input: RefObject<HTMLInputElement | null>;
  /** Puts the focus into the list. */
  readonly onLeave: () => void;
}

/** The field of the trace's filter (TRACE7). */
export function FilterField({ input, onLeave }: FilterFieldProps) {
  return (
    <QueryField
      query={useTraceFilter()}
      id="trace-filter"
      clearId="trace.clear"
      label="Filter packets, as in Wireshark: ip.addr == 10.0.1.0/24 and icmp"
      placeholder="Filter, for example icmp and ip.ttl < 64"
      complete={complete}
      input={input}
      onLeave={onLeave}
    />
  );
}

/** How to go on at the cursor; nothing is offered in the blink before filters can be read. */
function complete(text: string, cursor: number): Completions {
  return canRead() ? reading().completions(text, cursor) : { start: cursor, end: cursor, items: [] };
}
