import { useId } from 'react';
import { type Refusal, readFilterWhere, refusedOnTheWay } from '../../../bridge/packet/filter/scope.ts';
import { Icon } from './icon.tsx';

/** Why a filter cannot be used where frames are looked at on their way; undefined when it can. */
export function filterProblem(text: string, refuse: Refusal = refusedOnTheWay): string | undefined {
  const read = readFilterWhere(text, refuse);
  if (read.ok) return undefined;
  const { message, suggestion, start } = read.fault;
  return `Character ${start + 1}: ${message}${suggestion === undefined ? '' : ` Did you mean ${suggestion}?`}`;
}

/** A filter of packets in Wireshark's language, checked while it is typed; '' is every packet. */
export function FilterField({
  id,
  label,
  value,
  refuse,
  onChange,
}: {
  id: string;
  label: string;
  value: string;
  /** What cannot be asked; without it what is not known of a packet on its way. */
  refuse?: Refusal;
  onChange: (value: string) => void;
}) {
  const why = useId();
  const problem = filterProblem(value, refuse);
  return (
    <>
      <div className={`field ${problem === undefined ? '' : 'field-bad'}`}>
        <Icon name="filter" size="s" />
        <input
          id={id}
          className="mono"
          spellCheck={false}
          autoComplete="off"
          placeholder="every packet, or arp.opcode == 2"
          aria-label={label}
          aria-invalid={problem !== undefined}
          aria-describedby={problem === undefined ? undefined : why}
          data-testid={id}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
        {problem === undefined && value !== '' && <Icon name="check" size="s" className="tone-ok" />}
      </div>
      {problem !== undefined && (
        <p id={why} className="tone-bad form-why" data-testid={`${id}-why`}>
          {problem}
        </p>
      )}
    </>
  );
}
