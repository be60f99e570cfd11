import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { actionWordNames } from '../../../bridge/packet/flow/action-words.ts';
import type { FlowFault } from '../../../bridge/packet/flow/fault.ts';
import { type FlowDraft, readDraft } from '../../../bridge/packet/flow/flow-draft.ts';
import { matchWordNames } from '../../../bridge/packet/flow/match-words.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';

/** What the form begins with when an entry is added. */
export const newDraft: FlowDraft = {
  match: '',
  actions: '',
  priority: 32768,
  idleTimeoutS: 0,
  hardTimeoutS: 0,
  cookie: '0x0',
};

interface FieldProps {
  readonly part: FlowFault['part'];
  readonly label: string;
  readonly value: string;
  readonly fault: FlowFault | undefined;
  readonly placeholder?: string;
  readonly words?: readonly string[];
  readonly isNumber?: boolean;
  readonly onChange: (value: string) => void;
}

/** A labelled field with its fault under it; the words it may begin with are offered. */
function Field({ part, label, value, fault, placeholder, words, isNumber, onChange }: FieldProps) {
  const id = useId();
  return (
    <div className={`flow-field flow-field-${part}`}>
      <label htmlFor={id}>{label}</label>
      <div className={`field ${fault === undefined ? '' : 'field-bad'}`}>
        <input
          id={id}
          type={isNumber === true ? 'number' : 'text'}
          className="mono"
          value={value}
          placeholder={placeholder}
          spellCheck={false}
          autoComplete="off"
          list={words === undefined ? undefined : `${id}-words`}
          aria-invalid={fault !== undefined}
          aria-describedby={fault === undefined ? undefined : `${id}-fault`}
          data-testid={`flow-${part}`}
          onChange={(event) => onChange(event.target.value)}
        />
      </div>
      {words !== undefined && (
        <datalist id={`${id}-words`}>
          {words.map((word) => (
            <option key={word} value={completed(value, word)} />
          ))}
        </datalist>
      )}
      {fault !== undefined && (
        <p id={`${id}-fault`} className="flow-fault" data-testid={`flow-fault-${part}`}>
          {fault.field !== '' && fault.field !== part && <b>{fault.field}: </b>}
          expected {fault.expected}
          {fault.got !== '' && <>, got “{fault.got}”</>}
        </p>
      )}
    </div>
  );
}

/** The text with its last, unfinished word replaced. */
const completed = (text: string, word: string): string => `${text.replace(/[^\s,]*$/, '')}${word}`;

const numbers = ['priority', 'idleTimeoutS', 'hardTimeoutS'] as const;
const labels = { priority: 'Priority', idleTimeoutS: 'Idle time-out, s', hardTimeoutS: 'Hard time-out, s' } as const;

interface FlowFormProps {
  readonly title: string;
  readonly start: FlowDraft;
  readonly ports: ReadonlySet<number>;
  /** What the switch or the server said against it. */
  readonly refused: string;
  readonly isSending: boolean;
  readonly onSend: (draft: FlowDraft) => void;
  readonly onClose: () => void;
}

/** An entry being written: what is wrong is said while typing (FLOW5). */
export function FlowForm({ title, start, ports, refused, isSending, onSend, onClose }: FlowFormProps) {
  const [texts, setTexts] = useState(() => ({
    ...start,
    priority: String(start.priority),
    idleTimeoutS: String(start.idleTimeoutS),
    hardTimeoutS: String(start.hardTimeoutS),
  }));
  /** An empty actions field is no fault before somebody has tried to send it. */
  const [isTried, setTried] = useState(false);
  const host = useRef<HTMLFormElement>(null);
  useEffect(() => host.current?.querySelector('input')?.focus(), []);

  const numberOf = (text: string) => (text.trim() === '' ? Number.NaN : Number(text));
  const draft: FlowDraft = {
    ...texts,
    priority: numberOf(texts.priority),
    idleTimeoutS: numberOf(texts.idleTimeoutS),
    hardTimeoutS: numberOf(texts.hardTimeoutS),
  };
  const { faults } = readDraft(draft, ports);
  const faultOf = (part: FlowFault['part']) =>
    faults.find((fault) => fault.part === part && (isTried || part !== 'actions' || texts.actions !== ''));
  const set = (part: keyof FlowDraft) => (value: string) => setTexts((now) => ({ ...now, [part]: value }));
  const send = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (faults.length === 0) onSend(draft);
    else host.current?.querySelector<HTMLElement>(`[data-testid="flow-${faults[0]?.part}"]`)?.focus();
  };
  return (
    <form
      ref={host}
      className="flow-form"
      aria-label={title}
      data-testid="flow-form"
      onSubmit={send}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <h3>{title}</h3>
      <Field
        part="match"
        label="Match"
        value={texts.match}
        fault={faultOf('match')}
        placeholder="everything; or in_port=1, ip.dst=10.0.1.0/24"
        words={matchWordNames}
        onChange={set('match')}
      />
      <Field
        part="actions"
        label="Actions"
        value={texts.actions}
        fault={faultOf('actions')}
        placeholder="output:2, or flood, controller, drop"
        words={actionWordNames}
        onChange={set('actions')}
      />
      <div className="flow-numbers">
        {numbers.map((part) => (
          <Field
            key={part}
            part={part}
            label={labels[part]}
            value={texts[part]}
            fault={faultOf(part)}
            isNumber
            onChange={set(part)}
          />
        ))}
        <Field part="cookie" label="Cookie" value={texts.cookie} fault={faultOf('cookie')} onChange={set('cookie')} />
      </div>
      {refused !== '' && (
        <p className="flow-refused" role="alert" data-testid="flow-refused">
          <Icon name="bad" size="s" />
          {refused}
        </p>
      )}
      <div className="flow-buttons">
        <Button
          id="flows.send"
          type="submit"
          kind="primary"
          label="Send to the switch"
          off={isSending ? 'The switch has not answered yet.' : undefined}
        />
        <Button id="flows.cancel" kind="ghost" label="Cancel" onPress={onClose} />
      </div>
    </form>
  );
}
