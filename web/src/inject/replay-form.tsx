import { useRef, useState } from 'react';
import type { Upload } from '../../../server/contract/captures.ts';
import { cancelReplay, startReplay, startUploadReplay } from '../session/interventions.ts';
import {
  type FramePlace,
  type InterceptPoint,
  interceptPoints,
  type ReplayStatus,
  useInterventions,
} from '../state/interventions.ts';
import { useLab } from '../state/lab-store.ts';
import { countOf, plural } from '../state/text.ts';
import { showPackets } from '../state/trace-filter.ts';
import { traceStore } from '../state/trace-store.ts';
import { Button } from '../ui/button.tsx';
import { FormField, SelectField } from '../ui/form-field.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { type Capture, captureOf, numberIn, replayOfCapture, replayOfRange } from './replay-request.ts';
import { Uploads } from './uploads.tsx';

const speeds = [
  { value: '1', label: 'As recorded' },
  { value: '10', label: '10 times as fast' },
  { value: '100', label: '100 times as fast' },
  { value: '0.1', label: 'A tenth as fast' },
  { value: '0', label: 'As fast as the bridge takes them' },
] as const;

/** Replays packets of the log or of a capture file, and shows how far it is. */
export function ReplayForm({
  place,
  placeField,
  off,
}: {
  place: FramePlace | undefined;
  /** The choice of a place, for frames of a file. */
  placeField: React.ReactNode;
  off: string | undefined;
}) {
  const [source, setSource] = useState<'log' | 'file' | 'upload'>('log');
  const [from, setFrom] = useState(() => String(Math.max(1, traceStore.ring.lastSeq - 99)));
  const [to, setTo] = useState(() => String(traceStore.ring.lastSeq));
  const [point, setPoint] = useState<InterceptPoint>('to_router');
  const [speed, setSpeed] = useState<(typeof speeds)[number]['value']>('1');
  const [capture, setCapture] = useState<Capture>();
  const [upload, setUpload] = useState<Upload>();
  const lab = useLab((state) => state.id);
  const [problem, setProblem] = useState<string>();
  const file = useRef<HTMLInputElement>(null);
  const replay = useInterventions((state) => state.replay);
  const fromSeq = numberIn(from, 1, Number.MAX_SAFE_INTEGER);
  const toSeq = numberIn(to, fromSeq ?? 1, Number.MAX_SAFE_INTEGER);
  const isRange = fromSeq !== undefined && toSeq !== undefined;

  const read = async (chosen: File | undefined) => {
    if (chosen === undefined) return;
    try {
      setCapture(captureOf(chosen.name, new Uint8Array(await chosen.arrayBuffer())));
      setProblem(undefined);
    } catch (error) {
      setCapture(undefined);
      setProblem(`${chosen.name} cannot be replayed: ${error instanceof Error ? error.message : String(error)}.`);
    }
  };
  const why =
    off ??
    (replay?.state === 'running' ? 'A replay is running.' : undefined) ??
    (source === 'log'
      ? isRange
        ? undefined
        : 'Name the first and the last packet.'
      : source === 'upload'
        ? (upload?.packets ?? 0) > 0
          ? undefined
          : 'Choose a capture that the server keeps.'
        : (capture?.frames.length ?? 0) > 0
          ? undefined
          : 'Choose a capture file with whole Ethernet frames.');
  const start = () => {
    if (source === 'log' && isRange) void startReplay(replayOfRange(fromSeq, toSeq, point, Number(speed)));
    if (source === 'upload' && upload !== undefined && place !== undefined)
      void startUploadReplay(upload.id, { at: place, speed: Number(speed) });
    if (source === 'file' && capture !== undefined && place !== undefined)
      void startReplay(replayOfCapture(capture, place, Number(speed)));
  };
  return (
    <div className="inject-scroll">
      <Segmented
        label="Packets from"
        value={source}
        testId="replay-source"
        options={[
          { value: 'log', label: 'The trace' },
          { value: 'file', label: 'A capture file' },
          { value: 'upload', label: 'On the server' },
        ]}
        onChange={setSource}
      />
      {source === 'upload' && lab !== undefined && <Uploads lab={lab} chosen={upload} onChoose={setUpload} />}
      <div className="form-grid">
        {source === 'upload' ? (
          placeField
        ) : source === 'log' ? (
          <>
            <FormField id="replay-from" label="From #" isShort value={from} onChange={setFrom} />
            <FormField id="replay-to" label="To #" isShort value={to} onChange={setTo} />
            <SelectField
              id="replay-point"
              label="Seen at"
              value={point}
              options={interceptPoints.map((each) => ({ value: each, label: each }))}
              onChange={setPoint}
            />
          </>
        ) : (
          <>
            <span className="form-label">File</span>
            <div className="row">
              <Button
                id="replay.choose"
                label={capture === undefined ? 'Choose a file…' : capture.name}
                icon="external"
                onPress={() => file.current?.click()}
              />
              {capture !== undefined && (
                <span className="mid" data-testid="replay-file">
                  {plural(capture.frames.length, 'packet')}
                  {capture.skipped > 0 && `, ${countOf(capture.skipped)} left out`}
                </span>
              )}
              <input
                ref={file}
                hidden
                type="file"
                accept=".pcap,.pcapng,.cap"
                aria-label="Capture file"
                data-testid="replay-input"
                onChange={(event) => void read(event.target.files?.[0])}
              />
            </div>
            {placeField}
          </>
        )}
        <SelectField id="replay-speed" label="Speed" value={speed} options={speeds} onChange={setSpeed} />
      </div>
      {problem !== undefined && <p className="tone-bad">{problem}</p>}
      <div className="row">
        <Button id="replay.start" label="Replay" icon="play" kind="primary" off={why} onPress={start} />
        {source === 'log' && <span className="dim">Each goes to where it was seen.</span>}
      </div>
      {replay !== undefined && replay.state !== 'none' && <Progress replay={replay} />}
    </div>
  );
}

const states = { running: 'Replaying', done: 'Replayed', cancelled: 'Cancelled after' };

function Progress({ replay }: { replay: ReplayStatus }) {
  const { state, total, sent, skipped, firstSeq, lastSeq } = replay;
  if (state === 'none') return null;
  const text = `${states[state]} ${countOf(sent)} of ${plural(total, 'packet')}${skipped > 0 ? `, ${countOf(skipped)} left out` : ''}`;
  return (
    <div className="replay-progress" data-testid="replay-progress" data-state={state}>
      <span>{text}</span>
      <progress aria-label="Packets replayed" max={total} value={sent} />
      {state === 'running' ? (
        <Button id="replay.cancel" label="Cancel" icon="close" onPress={() => void cancelReplay()} />
      ) : (
        firstSeq > 0 && (
          <Button
            id="replay.open"
            label={`Show #${firstSeq} to #${lastSeq}`}
            icon="trace"
            kind="ghost"
            onPress={() => showPackets(firstSeq, lastSeq)}
          />
        )
      )}
    </div>
  );
}
