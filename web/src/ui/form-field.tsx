import './form-field.css';

interface FormFieldProps {
  /** Becomes id and test id. */
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Stands behind the value: `ms`. */
  readonly unit?: string;
  /** Stands beside the input. */
  readonly hint?: string;
  /** Why the value cannot be. */
  readonly why?: string | undefined;
  readonly placeholder?: string;
  readonly isShort?: boolean;
  /** Values to offer while typing. */
  readonly offers?: readonly { readonly value: string; readonly label: string }[];
}

/** A labelled input of a form; a grid of two columns is around it. */
export function FormField({
  id,
  label,
  value,
  onChange,
  unit,
  hint,
  why,
  placeholder,
  isShort,
  offers,
}: FormFieldProps) {
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <div className="form-value">
        <div className={`field ${isShort === true ? 'field-short' : ''} ${why === undefined ? '' : 'field-bad'}`}>
          <input
            id={id}
            className="mono"
            spellCheck={false}
            autoComplete="off"
            data-testid={id}
            list={offers === undefined ? undefined : `${id}-offers`}
            placeholder={placeholder}
            aria-invalid={why !== undefined}
            aria-describedby={why === undefined ? undefined : `${id}-why`}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
          {unit !== undefined && <span className="dim">{unit}</span>}
        </div>
        {hint !== undefined && <span className="dim">{hint}</span>}
        {offers !== undefined && (
          <datalist id={`${id}-offers`}>
            {offers.map((offer) => (
              <option key={`${offer.value} ${offer.label}`} value={offer.value}>
                {offer.label}
              </option>
            ))}
          </datalist>
        )}
        {why !== undefined && (
          <p id={`${id}-why`} className="tone-bad form-why">
            {why}
          </p>
        )}
      </div>
    </>
  );
}

interface SelectFieldProps<T extends string> {
  readonly id: string;
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string; readonly group?: string }[];
  readonly onChange: (value: T) => void;
}

/** A labelled choice of a form, in groups where its options name one. */
export function SelectField<T extends string>({ id, label, value, options, onChange }: SelectFieldProps<T>) {
  const groups = [...new Set(options.map(({ group }) => group))];
  const drawn = (group: string | undefined) =>
    options
      .filter((each) => each.group === group)
      .map((each) => (
        <option key={each.value} value={each.value}>
          {each.label}
        </option>
      ));
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className="select"
        data-testid={id}
        value={value}
        onChange={(event) => {
          const chosen = options.find((each) => each.value === event.target.value);
          if (chosen !== undefined) onChange(chosen.value);
        }}
      >
        {groups.map((group) =>
          group === undefined ? (
            drawn(group)
          ) : (
            <optgroup key={group} label={group}>
              {drawn(group)}
            </optgroup>
          ),
        )}
      </select>
    </>
  );
}
