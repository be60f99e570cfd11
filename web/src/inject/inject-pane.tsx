import { useMemo } from 'react';
import { summarize } from '../../../bridge/packet/dissect.ts';
import type { Lab } from '../../../server/contract/lab.ts';
import { draftFrom, useInjectDraft } from '../state/inject-draft.ts';
import { useLab } from '../state/lab-store.ts';
import { framePlaceId, framePlaces } from '../state/places.ts';
import { useSelection } from '../state/selection.ts';
import { useTrace } from '../state/trace-store.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { SelectField } from '../ui/form-field.tsx';
import { FrameEditor } from '../ui/frame-editor.tsx';
import { ProtoGlyph } from '../ui/proto-glyph.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { craft, firstPort, offersOf } from './craft.ts';
import { CraftFields } from './craft-form.tsx';
import { useCraftForm } from './craft-forms.ts';
import { ReplayForm } from './replay-form.tsx';
import { SendBar } from './send-bar.tsx';
import './inject.css';

/** Makes a packet and puts it in at a point; replays recorded ones. */
export function InjectPane() {
  const lab = useLab((state) => state.detail?.lab);
  return lab === undefined ? null : <Inject lab={lab} />;
}

function Inject({ lab }: { lab: Lab }) {
  const { view, bytes, original, from, place } = useInjectDraft();
  const status = useLab((state) => state.status);
  const [form, change] = useCraftForm(lab);
  const places = useMemo(() => framePlaces(lab), [lab]);
  const first = firstPort(lab);
  const wanted = place ?? (first === undefined ? undefined : { point: 'packet_in' as const, ...first });
  const chosen = places.find(({ id }) => wanted !== undefined && id === framePlaceId(wanted)) ?? places[0];
  const made = useMemo(() => craft(form), [form]);
  const offers = useMemo(() => offersOf(lab, status), [lab, status]);
  const notRunning = status?.phase === 'running' ? undefined : 'The lab is not running.';
  const frame = view === 'form' ? (made.ok ? made.bytes : undefined) : bytes.length > 0 ? bytes : undefined;
  const summary = frame === undefined ? undefined : summarize(frame);
  const off =
    notRunning ??
    (view === 'form' && !made.ok ? made.why : frame === undefined ? 'There is no packet yet.' : undefined);

  const placeField = (
    <SelectField
      id="inject-place"
      label="Put in at"
      value={chosen?.id ?? ''}
      options={places.map(({ id, label, group }) => ({ value: id, label, group }))}
      onChange={(id) => useInjectDraft.setState({ place: places.find((each) => each.id === id)?.place })}
    />
  );
  return (
    <div className="inject" data-testid="inject">
      <div className="inject-tabs">
        <Segmented
          label="What is injected"
          value={view}
          testId="inject-view"
          options={[
            { value: 'form', label: 'Form' },
            { value: 'bytes', label: 'Packet' },
            { value: 'replay', label: 'Replay' },
          ]}
          onChange={(next) => useInjectDraft.setState({ view: next })}
        />
        <span className="grow" />
        <FromSelected />
      </div>
      {view !== 'replay' && frame !== undefined && summary !== undefined && (
        <header className="inject-head">
          <ProtoGlyph shape={summary.kind} radius={6} label={summary.protocol} />
          {view === 'bytes' && from !== '' && <b className="strong">made from {from}</b>}
          <h2 className="ellipsis">{summary.info}</h2>
          <span className="mid">{frame.length} bytes</span>
          {view === 'form' && (
            <Button
              id="inject.edit"
              label="Edit its fields and bytes"
              icon="pencil"
              kind="ghost"
              onPress={() => useInjectDraft.setState({ view: 'bytes', bytes: frame, original: frame, from: '' })}
            />
          )}
        </header>
      )}
      {view === 'replay' ? (
        <ReplayForm place={chosen?.place} placeField={placeField} off={notRunning} />
      ) : (
        <>
          {view === 'form' ? (
            <div className="inject-scroll">
              <CraftFields form={form} offers={offers} onChange={change} />
            </div>
          ) : frame === undefined ? (
            <EmptyState
              icon="syringe"
              testId="inject-empty"
              title="There is no packet yet"
              reason="Take a recorded one, or fill in the form: its fields and bytes can then be changed here."
            >
              <Button
                id="inject.to-form"
                label="Fill in the form"
                onPress={() => useInjectDraft.setState({ view: 'form' })}
              />
            </EmptyState>
          ) : (
            <div className="frame-body">
              <FrameEditor
                key={from}
                id="inject"
                bytes={frame}
                original={original}
                onChange={(next) => useInjectDraft.setState({ bytes: next })}
              />
            </div>
          )}
          {view === 'form' && !made.ok && (
            <p className="inject-why tone-bad" role="status" data-testid="inject-why">
              {made.why}
            </p>
          )}
          <div className="inject-place form-grid">{placeField}</div>
          <SendBar bytes={frame} place={chosen?.place} off={off} />
        </>
      )}
    </div>
  );
}

/** Takes the selected packet of the trace, if this page has all of it. */
function FromSelected() {
  const log = useTrace();
  const seq = useSelection(({ current }) => (current?.kind === 'packet' ? current.seq : undefined));
  const record = seq === undefined ? undefined : log.record(seq);
  const off =
    record === undefined
      ? 'Select a packet in the trace first.'
      : record.frame.length < record.length
        ? `Only ${record.frame.length} of its ${record.length} bytes were kept.`
        : undefined;
  return (
    <Button
      id="inject.from-selected"
      label={record === undefined ? 'From the selected packet' : `From #${record.seq}`}
      icon="copy"
      off={off}
      onPress={() => record !== undefined && draftFrom(record, record.frame)}
    />
  );
}
