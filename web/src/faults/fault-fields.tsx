import { useId, useMemo, useState } from 'react';
import type { Lab } from '../../../server/contract/lab.ts';
import type { FaultInfo, FaultSpec } from '../state/interventions.ts';
import { faultPlaces } from '../state/places.ts';
import { Button } from '../ui/button.tsx';
import { FilterField } from '../ui/filter-field.tsx';
import { FormField, SelectField } from '../ui/form-field.tsx';
import { Segmented } from '../ui/segmented.tsx';
import {
  amounts,
  effectLabels,
  effectsAt,
  emptyForm,
  type FaultForm,
  faultOf,
  formOf,
  hitsFrames,
} from './fault-form-state.ts';

const ways = [
  { value: 'both', label: 'Both ways' },
  { value: 'in', label: 'To the router' },
  { value: 'out', label: 'From it' },
] as const;
const choices = [
  { value: 'all', label: 'All' },
  { value: 'nth', label: 'The nth' },
  { value: 'every', label: 'Every nth' },
  { value: 'share', label: 'A share' },
] as const;

/** Where, what, which packets and when, of a fault to add or to change. */
export function FaultFields({
  lab,
  initial,
  onSave,
  onCancel,
}: {
  lab: Lab;
  initial: FaultInfo | undefined;
  onSave: (fault: FaultSpec) => Promise<void>;
  onCancel: (() => void) | undefined;
}) {
  const title = useId();
  const places = useMemo(() => faultPlaces(lab), [lab]);
  const [form, setForm] = useState<FaultForm>(() =>
    initial === undefined ? emptyForm(places[0]?.id ?? 'controller') : formOf(initial),
  );
  const { fault, problems } = faultOf(form, places);
  const change = (part: Partial<FaultForm>) => setForm((now) => ({ ...now, ...part }));
  const typed = (key: 'amount' | 'jitter' | 'number' | 'seed' | 'afterS' | 'forS') => ({
    isShort: true,
    value: form[key],
    why: problems[key],
    onChange: (text: string) => change({ [key]: text }),
  });
  const effects = effectsAt(places.find(({ id }) => id === form.where)?.place);
  const amount = amounts[form.what];
  const frames = hitsFrames(form.what);
  return (
    <form
      className="stack"
      aria-labelledby={title}
      onSubmit={(event) => {
        event.preventDefault();
        if (fault !== undefined) void onSave(fault);
      }}
    >
      <h3 id={title}>{initial === undefined ? 'New fault' : 'Change the fault'}</h3>
      <div className="form-grid">
        <SelectField
          id="fault-where"
          label="Where"
          value={form.where}
          options={places.map(({ id, label, group }) => ({ value: id, label, group }))}
          onChange={(where) => {
            const able = effectsAt(places.find(({ id }) => id === where)?.place);
            change({ where, ...(able.includes(form.what) ? {} : { what: 'lose' }) });
          }}
        />
        <SelectField
          id="fault-what"
          label="What"
          value={form.what}
          options={effects.map((kind) => ({ value: kind, label: effectLabels[kind] }))}
          onChange={(what) => change({ what, amount: amounts[what]?.first ?? '' })}
        />
        {amount !== undefined && (
          <FormField id="fault-amount" label={amount.label} unit={amount.unit} {...typed('amount')} />
        )}
        {form.what === 'delay' && <FormField id="fault-jitter" label="Give or take" unit="ms" {...typed('jitter')} />}
        {frames && (
          <>
            <span className="form-label">Way</span>
            <div>
              <Segmented
                label="Way"
                value={form.direction}
                options={ways}
                testId="fault-way"
                onChange={(direction) => change({ direction })}
              />
            </div>
            <label htmlFor="fault-filter">Packets</label>
            <div className="form-value">
              <FilterField
                id="fault-filter"
                label="Packets"
                value={form.filter}
                onChange={(filter) => change({ filter })}
              />
            </div>
            <span className="form-label">Of these</span>
            <div className="row fault-wrap">
              <Segmented
                label="Of these"
                value={form.choice}
                options={choices}
                testId="fault-choice"
                onChange={(choice) => change({ choice })}
              />
            </div>
            {form.choice !== 'all' && (
              <FormField
                id="fault-number"
                label={form.choice === 'share' ? 'Share' : 'n'}
                unit={form.choice === 'share' ? '%' : ''}
                {...typed('number')}
              />
            )}
            {(form.choice === 'share' || form.what === 'corrupt' || form.what === 'delay') && (
              <FormField id="fault-seed" label="Seed" hint="the same seed makes the same faults" {...typed('seed')} />
            )}
          </>
        )}
        <FormField id="fault-after" label="Begins after" unit="s" {...typed('afterS')} />
        <FormField id="fault-for" label="Lasts" unit="s" hint="0: until it is removed" {...typed('forS')} />
      </div>
      <div className="row">
        <span className="grow" />
        {onCancel !== undefined && <Button id="fault.cancel" label="Cancel" kind="ghost" onPress={onCancel} />}
        <Button
          id="fault.save"
          type="submit"
          kind="primary"
          icon={initial === undefined ? 'plus' : 'check'}
          label={initial === undefined ? 'Set fault' : 'Change'}
          off={fault === undefined ? (Object.values(problems)[0] ?? 'It is not a fault yet.') : undefined}
        />
      </div>
    </form>
  );
}
