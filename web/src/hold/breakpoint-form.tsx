import { useState } from 'react';
import { type BreakpointSpec, type InterceptPoint, interceptPoints } from '../state/interventions.ts';
import { Button } from '../ui/button.tsx';
import { FilterField, filterProblem } from '../ui/filter-field.tsx';
import { NumberField } from '../ui/number-field.tsx';
import { pointWords } from './held-words.ts';

const examples: readonly (readonly [label: string, filter: string, points: readonly InterceptPoint[]])[] = [
  ['ARP replies of the router', 'arp.opcode == 2', ['from_router']],
  ['Pings to the router', 'icmp.type == 8', ['to_router']],
  ['TTL about to run out', 'ip.ttl <= 1', ['to_router']],
  ['ICMP errors', 'icmp.type in {3 11}', ['from_router']],
];

/** Adds or changes a breakpoint: which packets, and where. */
export function BreakpointForm({
  initial,
  onSave,
  onCancel,
}: {
  initial: BreakpointSpec | undefined;
  /** Resolves to whether it was taken. */
  onSave: (spec: Omit<BreakpointSpec, 'id'>) => Promise<boolean>;
  onCancel: (() => void) | undefined;
}) {
  const [filter, setFilter] = useState(initial?.filter ?? '');
  const [points, setPoints] = useState<readonly InterceptPoint[]>(initial?.points ?? ['from_router']);
  const [limit, setLimit] = useState(String(initial?.limit ?? 0));
  const most = Number(limit);
  const isLimit = /^\d{1,5}$/.test(limit) && most <= 10_000;
  const why =
    filterProblem(filter) ??
    (points.length === 0 ? 'Choose where packets are held.' : isLimit ? undefined : 'At most: a number to 10,000.');
  const toggle = (point: InterceptPoint) =>
    setPoints((now) => interceptPoints.filter((each) => now.includes(each) !== (each === point)));
  return (
    <form
      className="hold-form"
      aria-label={initial === undefined ? 'New breakpoint' : 'Change the breakpoint'}
      onSubmit={(event) => {
        event.preventDefault();
        if (why !== undefined) return;
        void onSave({
          filter: filter.trim(),
          points: [...points],
          enabled: initial?.enabled ?? true,
          limit: most,
        }).then((isTaken) => {
          if (isTaken && initial === undefined) setFilter('');
        });
      }}
    >
      <h3>{initial === undefined ? 'New breakpoint' : 'Change the breakpoint'}</h3>
      <FilterField id="breakpoint-filter" label="Packets to hold" value={filter} onChange={setFilter} />
      <fieldset className="point-chips">
        <legend className="meta-label">Held where</legend>
        {interceptPoints.map((point) => (
          <label key={point} className="point-chip" title={pointWords[point]}>
            <input
              type="checkbox"
              checked={points.includes(point)}
              data-testid={`breakpoint-point-${point}`}
              onChange={() => toggle(point)}
            />
            {point}
          </label>
        ))}
      </fieldset>
      <div className="row hold-wrap">
        <NumberField
          id="breakpoint-limit"
          before="At most"
          after={<span className="dim">packets, 0 is any number</span>}
          value={limit}
          isFine={isLimit}
          onChange={setLimit}
        />
        <span className="grow" />
        {onCancel !== undefined && <Button id="breakpoint.cancel" label="Cancel" kind="ghost" onPress={onCancel} />}
        <Button
          id="breakpoint.save"
          type="submit"
          kind="primary"
          icon={initial === undefined ? 'plus' : 'check'}
          label={initial === undefined ? 'Set breakpoint' : 'Change'}
          off={why}
        />
      </div>
      {initial === undefined && (
        <div className="row hold-wrap">
          <span className="meta-label">For example</span>
          {examples.map(([label, text, where]) => (
            <button
              key={text}
              type="button"
              className="chip hold-example"
              title={text}
              onClick={() => {
                setFilter(text);
                setPoints(where);
              }}
            >
              {label}
            </button>
          ))}
        </div>
      )}
    </form>
  );
}
