import { useState } from 'react';
import { setBreakpoints } from '../session/interventions.ts';
import { type Breakpoint, type BreakpointSpec, useInterventions } from '../state/interventions.ts';
import { plural } from '../state/text.ts';
import { Button } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { BreakpointForm } from './breakpoint-form.tsx';
import { freshId } from './held-words.ts';
import { HoldSettings } from './hold-settings.tsx';

const specOf = ({ id, filter, points, enabled, limit }: Breakpoint): BreakpointSpec => ({
  ...{ id, filter, points, enabled, limit },
});

/** The breakpoints, a form to add or change one, and how packets are held. */
export function Breakpoints() {
  const set = useInterventions((state) => state.breakpoints);
  const [edited, setEdited] = useState<BreakpointSpec>();
  if (set === undefined) return <div className="loading" aria-busy="true" />;
  const specs = set.breakpoints.map(specOf);
  const put = (spec: BreakpointSpec) => {
    const isKnown = specs.some(({ id }) => id === spec.id);
    return setBreakpoints({
      breakpoints: isKnown ? specs.map((each) => (each.id === spec.id ? spec : each)) : [...specs, spec],
    });
  };
  return (
    <div className="breakpoints">
      {set.breakpoints.length > 0 && (
        <ul className="breakpoint-list" aria-label="Breakpoints" data-testid="breakpoints">
          {set.breakpoints.map((each) => (
            <BreakpointRow
              key={each.id}
              breakpoint={each}
              onToggle={() => void put({ ...specOf(each), enabled: !each.enabled })}
              onEdit={() => setEdited(specOf(each))}
              onRemove={() => {
                if (edited?.id === each.id) setEdited(undefined);
                void setBreakpoints({ breakpoints: specs.filter(({ id }) => id !== each.id) });
              }}
            />
          ))}
        </ul>
      )}
      <BreakpointForm
        key={edited?.id ?? 'new'}
        initial={edited}
        onCancel={edited === undefined ? undefined : () => setEdited(undefined)}
        onSave={async (spec) => {
          const isTaken = await put({ ...spec, id: edited?.id ?? freshId(specs) });
          if (isTaken) setEdited(undefined);
          return isTaken;
        }}
      />
      <HoldSettings settings={set} />
    </div>
  );
}

function BreakpointRow({
  breakpoint,
  onToggle,
  onEdit,
  onRemove,
}: {
  breakpoint: Breakpoint;
  onToggle: () => void;
  onEdit: () => void;
  onRemove: () => void;
}) {
  const { id, filter, points, enabled, limit, hits } = breakpoint;
  const name = filter === '' ? 'every packet' : filter;
  const isUsedUp = limit > 0 && hits >= limit;
  return (
    <li className="breakpoint" data-off={enabled ? undefined : ''} data-testid={`breakpoint-${id}`}>
      <input
        type="checkbox"
        checked={enabled}
        aria-label={`Hold ${name}`}
        data-testid={`breakpoint-${id}-enabled`}
        onChange={onToggle}
      />
      <span className="breakpoint-text">
        <span className={filter === '' ? 'mid' : 'mono'}>{name}</span>
        <span className="breakpoint-points">
          {points.map((point) => (
            <Chip key={point}>{point}</Chip>
          ))}
          <span className="dim">
            {plural(hits, 'hit')}
            {limit > 0 && ` of ${limit}${isUsedUp ? ', used up until Run' : ''}`}
          </span>
        </span>
      </span>
      <Button id={`breakpoint-${id}.edit`} label={`Change ${name}`} icon="pencil" kind="ghost" bare onPress={onEdit} />
      <Button
        id={`breakpoint-${id}.remove`}
        label={`Remove ${name}`}
        icon="close"
        kind="ghost"
        bare
        onPress={onRemove}
      />
    </li>
  );
}
