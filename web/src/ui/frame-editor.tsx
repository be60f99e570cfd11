import { useMemo, useState } from 'react';
import { checksumPlaces } from '../../../bridge/packet/checksum-places.ts';
import { type ChecksumChoice, EditError, editFields } from '../../../bridge/packet/edit-fields.ts';
import { plural } from '../state/text.ts';
import { Button } from './button.tsx';
import {
  changedBytes,
  changedFields,
  type EditableField,
  editableLayers,
  namedValues,
  shortWas,
} from './editable-fields.ts';
import { HexEditor } from './hex-editor.tsx';
import { Segmented } from './segmented.tsx';
import './frame-editor.css';

const choices = [
  { value: 'recompute', label: 'Right' },
  { value: 'keep', label: 'As they were' },
  { value: 'break', label: 'Wrong' },
] as const;

interface FrameEditorProps {
  /** Begins the test ids. */
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly original: Uint8Array | undefined;
  /** Why fields cannot be edited; bytes always can. */
  readonly noFields?: string | undefined;
  readonly onChange: (bytes: Uint8Array) => void;
}

/** A frame as a form of its fields beside its bytes: both can be typed into, what changed is marked in both (HOLD4). */
export function FrameEditor({ id, bytes, original, noFields, onChange }: FrameEditorProps) {
  const [all, setAll] = useState(false);
  const [checksums, setChecksums] = useState<ChecksumChoice>('recompute');
  const [mark, setMark] = useState<{ start: number; end: number }>();
  const layers = useMemo(() => editableLayers(bytes), [bytes]);
  const was = useMemo(() => changedFields(original, layers), [original, layers]);
  const places = useMemo(() => checksumPlaces(bytes), [bytes]);
  const count = original === undefined ? 0 : changedBytes(original, bytes);

  const edit = (field: EditableField, value: string): string | undefined => {
    try {
      onChange(editFields(bytes, [{ field: field.name, occurrence: field.occurrence, value }], checksums));
      return undefined;
    } catch (error) {
      if (error instanceof EditError) return error.message;
      throw error;
    }
  };
  return (
    <div className="frame-editor" data-testid={`${id}-editor`}>
      <div className="frame-fields">
        {noFields !== undefined && <p className="tone-warn frame-note">{noFields}</p>}
        {noFields === undefined &&
          layers.map((layer) => {
            const fields = layer.fields.filter(({ isMinor, key }) => all || !isMinor || was.has(key));
            if (fields.length === 0) return null;
            return (
              <fieldset key={layer.key} className="frame-layer">
                <legend>{layer.label}</legend>
                {fields.map((field) => (
                  <FieldInput
                    key={field.key}
                    id={id}
                    field={field}
                    was={was.get(field.key)}
                    onEdit={(value) => edit(field, value)}
                    onFocus={() => setMark(field)}
                    onBlur={() => setMark(undefined)}
                  />
                ))}
              </fieldset>
            );
          })}
        {noFields === undefined && (
          <div className="frame-choices">
            {places.length > 0 ? (
              <div className="row">
                <span className="meta-label">Checksums</span>
                <Segmented
                  label="Checksums"
                  value={checksums}
                  options={choices}
                  testId={`${id}-checksums`}
                  onChange={(choice) => {
                    setChecksums(choice);
                    onChange(withChecksums(bytes, original, choice));
                  }}
                />
              </div>
            ) : (
              <span className="dim">No checksum in this packet.</span>
            )}
            <Button
              id={`${id}.all-fields`}
              label={all ? 'Fewer fields' : 'All fields'}
              kind="ghost"
              pressed={all}
              onPress={() => setAll((on) => !on)}
            />
          </div>
        )}
      </div>
      <div className="frame-bytes">
        <HexEditor id={id} bytes={bytes} original={original} mark={mark} onChange={onChange} />
        {count > 0 && (
          <div className="frame-diff" data-testid={`${id}-diff`}>
            <b className="strong">{plural(count, 'byte')} changed</b>
            <ul>
              {layers
                .flatMap(({ fields }) => fields)
                .filter(({ key }) => was.has(key))
                .map(({ key, label, value }) => (
                  <li key={key}>
                    {label}: <del className="mono">{was.get(key)}</del> → <ins className="mono">{value}</ins>
                  </li>
                ))}
            </ul>
          </div>
        )}
      </div>
    </div>
  );
}

/** The frame with checksums right, wrong, or what they were; a frame of another length keeps those it has. */
export function withChecksums(bytes: Uint8Array, original: Uint8Array | undefined, choice: ChecksumChoice): Uint8Array {
  if (choice !== 'keep') return editFields(bytes, [], choice);
  const next = bytes.slice();
  if (original?.length === bytes.length)
    for (const { at } of checksumPlaces(bytes)) next.set(original.subarray(at, at + 2), at);
  return next;
}

function FieldInput({
  id,
  field,
  was,
  onEdit,
  onFocus,
  onBlur,
}: {
  id: string;
  field: EditableField;
  was: string | undefined;
  /** Returns why the value cannot be. */
  onEdit: (value: string) => string | undefined;
  onFocus: () => void;
  onBlur: () => void;
}) {
  const [typed, setTyped] = useState<string>();
  const [why, setWhy] = useState<string>();
  const { key, name, label, value, isFlag, note } = field;
  const input = `${id}-field-${key}`;
  const leave = () => {
    setTyped(undefined);
    setWhy(undefined);
    onBlur();
  };
  const named = namedValues[name];
  const common = { id: input, 'data-testid': input, onFocus, onBlur: leave };
  return (
    <div className="frame-field" data-changed={was === undefined ? undefined : ''}>
      <label htmlFor={input} title={label}>
        {label}
      </label>
      {isFlag ? (
        <input
          {...common}
          type="checkbox"
          checked={value === 'true'}
          onChange={(event) => setWhy(onEdit(String(event.target.checked)))}
        />
      ) : named !== undefined ? (
        <select className="select" {...common} value={value} onChange={(event) => setWhy(onEdit(event.target.value))}>
          {!named.some(([each]) => each === value) && <option value={value}>{value}</option>}
          {named.map(([each, text]) => (
            <option key={each} value={each}>
              {text}
            </option>
          ))}
        </select>
      ) : (
        <div className={`field ${why === undefined ? '' : 'field-bad'}`}>
          <input
            {...common}
            className="mono"
            spellCheck={false}
            autoComplete="off"
            aria-invalid={why !== undefined}
            aria-describedby={why === undefined ? undefined : `${input}-why`}
            value={typed ?? value}
            onChange={(event) => {
              setTyped(event.target.value);
              setWhy(onEdit(event.target.value));
            }}
          />
          {was !== undefined && (
            <span className="frame-was" title={`was ${was}`}>
              was {shortWas(was, value)}
            </span>
          )}
          {was === undefined && note !== undefined && (
            <span className={`frame-was tone-${note.level}`}>{note.text}</span>
          )}
        </div>
      )}
      {isFlag && was !== undefined && <span className="frame-was">was {was === 'true' ? 'set' : 'not set'}</span>}
      {why !== undefined && (
        <p id={`${input}-why`} className="frame-why tone-bad">
          {why}
        </p>
      )}
    </div>
  );
}
