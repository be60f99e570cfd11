import { useEffect, useRef, useState } from 'react';
import { type FilterFault, readFilter } from '../../../bridge/packet/filter/filter.ts';
import {
  type ColourRule,
  clearTemporary,
  longestRuleFilter,
  longestRuleName,
  mostRules,
  movedRule,
  resetRules,
  ruleColours,
  setRules,
  useColourRules,
} from '../state/colour-rules.ts';
import { useTraceFilter } from '../state/trace-filter.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';
import { Underline } from '../ui/query-field.tsx';
import './rules.css';

/** Why a rule does nothing; undefined when its filter can be asked. */
function faultOf(filter: string): FilterFault | undefined {
  if (filter.trim() === '') return { start: 0, end: 0, message: 'Without a filter a rule does nothing.' };
  const read = readFilter(filter);
  return read.ok ? undefined : read.fault;
}

/** The editor of the colour rules (TRACE78). */
export function ColourRulesDialog({ onClose }: { onClose: () => void }) {
  const { rules, temporary } = useColourRules();
  const [added, setAdded] = useState('');
  const isFull = rules.length >= mostRules;
  const add = () => {
    const id = `own-${Date.now().toString(36)}`;
    // What the trace is filtered by now is what one most often wants to see among the others.
    const filter = useTraceFilter.getState().good;
    setRules([{ id, name: 'New rule', filter, colour: 'blue', isOn: true }, ...rules]);
    setAdded(id);
  };
  return (
    <Dialog label="Colour rules" className="colour-rules" testId="colour-rules" onClose={onClose}>
      <h2>Colour rules</h2>
      <p>The first rule that a packet passes colours its row and names itself there. Kept in this browser.</p>
      <ol className="colour-rules-list" aria-label="Rules, the first counts">
        {rules.map((rule, place) => (
          <RuleRow
            key={rule.id}
            rule={rule}
            isFirst={place === 0}
            isLast={place === rules.length - 1}
            isNew={rule.id === added}
            onChange={(change) => setRules(rules.map((each) => (each === rule ? { ...rule, ...change } : each)))}
            onMove={(step) => setRules(movedRule(rules, rule.id, step))}
            onRemove={() => setRules(rules.filter((each) => each !== rule))}
          />
        ))}
      </ol>
      <div className="colour-rules-foot">
        <Button
          id="rules.add"
          icon="plus"
          label="Add a rule"
          off={isFull ? `There are ${mostRules} rules, as many as there can be.` : undefined}
          onPress={add}
        />
        <Button id="rules.reset" icon="undo" label="Reset to defaults" onPress={resetRules} />
        {temporary.length > 0 && (
          <Button
            id="rules.clear-temporary"
            label={`Uncolour conversations (${temporary.length})`}
            onPress={clearTemporary}
          />
        )}
        <span className="grow" />
        <Button id="rules.close" kind="primary" label="Done" onPress={onClose} />
      </div>
    </Dialog>
  );
}

interface RuleRowProps {
  readonly rule: ColourRule;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** Its name takes the focus. */
  readonly isNew: boolean;
  readonly onChange: (change: Partial<ColourRule>) => void;
  readonly onMove: (step: 1 | -1) => void;
  readonly onRemove: () => void;
}

function RuleRow({ rule, isFirst, isLast, isNew, onChange, onMove, onRemove }: RuleRowProps) {
  const { id, name, filter, colour, isOn } = rule;
  const [scrolled, setScrolled] = useState(0);
  const named = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (isNew) named.current?.select();
  }, [isNew]);
  const fault = faultOf(filter);
  const suggestion = fault?.suggestion === undefined ? '' : ` Did you mean ${fault.suggestion}?`;
  return (
    <li className="colour-rule" data-testid={`rule-${id}`}>
      <input
        type="checkbox"
        aria-label={`${name} is on`}
        data-testid={`rule-${id}-on`}
        checked={isOn}
        onChange={(event) => onChange({ isOn: event.target.checked })}
      />
      <span className="colour-rule-swatch" data-colour={colour}>
        <i aria-hidden="true" />
        <select
          className="select"
          aria-label={`Colour of ${name}`}
          data-testid={`rule-${id}-colour`}
          value={colour}
          onChange={(event) => {
            const chosen = ruleColours.find((each) => each === event.target.value);
            if (chosen !== undefined) onChange({ colour: chosen });
          }}
        >
          {ruleColours.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      </span>
      <span className="field">
        <input
          ref={named}
          aria-label="Name of the rule"
          data-testid={`rule-${id}-name`}
          maxLength={longestRuleName}
          value={name}
          onChange={(event) => onChange({ name: event.target.value })}
        />
      </span>
      <span className={`field colour-rule-filter ${fault === undefined ? '' : 'field-bad'}`}>
        <Icon name="filter" size="s" />
        <span className="filter-text">
          {fault !== undefined && (
            <Underline text={filter} start={fault.start} end={fault.end} left={scrolled} testId={`rule-${id}-wrong`} />
          )}
          <input
            spellCheck={false}
            autoComplete="off"
            aria-label={`Filter of ${name}`}
            aria-invalid={fault !== undefined}
            aria-describedby={fault === undefined ? undefined : `rule-${id}-why`}
            data-testid={`rule-${id}-filter`}
            maxLength={longestRuleFilter}
            value={filter}
            onChange={(event) => onChange({ filter: event.target.value })}
            onScroll={(event) => setScrolled(event.currentTarget.scrollLeft)}
          />
        </span>
      </span>
      <span className="colour-rule-buttons">
        <Button
          id={`rule-${id}-up`}
          bare
          kind="ghost"
          icon="above"
          label={`${name}: ask earlier`}
          off={isFirst ? 'It is asked first.' : undefined}
          onPress={() => onMove(-1)}
        />
        <Button
          id={`rule-${id}-down`}
          bare
          kind="ghost"
          icon="down"
          label={`${name}: ask later`}
          off={isLast ? 'It is asked last.' : undefined}
          onPress={() => onMove(1)}
        />
        <Button id={`rule-${id}-remove`} bare kind="ghost" icon="drop" label={`Remove ${name}`} onPress={onRemove} />
      </span>
      {fault !== undefined && (
        <p id={`rule-${id}-why`} className="tone-bad form-why" data-testid={`rule-${id}-why`}>
          Does nothing: {fault.message}
          {suggestion}
        </p>
      )}
    </li>
  );
}
