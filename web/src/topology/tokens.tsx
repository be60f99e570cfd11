import { useEffect, useRef } from 'react';
import { useMoment } from '../state/moment.ts';
import { playPacket, usePlay } from '../state/play.ts';
import { motionAllowed } from '../state/preferences.ts';
import { useSelection } from '../state/selection.ts';
import { traceStore } from '../state/trace-store.ts';
import { chainRecords } from '../state/use-journey.ts';
import type { MapLayout } from './layout.ts';
import type { MapCamera } from './map-camera.ts';
import { newsOf } from './token-field.ts';
import { TokenLayer } from './token-layer.ts';

/** The packets on the map: live ones as they come, those of a replay as it passes them, and the one that is played. */
export function Tokens({ layout, camera }: { layout: MapLayout; camera: MapCamera }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current === null) return;
    const layer = new TokenLayer(
      canvas.current,
      layout,
      motionAllowed(),
      () => camera.view,
      (atSeq) => usePlay.setState({ atSeq }),
    );
    const stops = [
      traceStore.onBatch((records) => {
        if (useMoment.getState().atUs === undefined) layer.show(newsOf(records, traceStore.liveFrom));
      }),
      useMoment.subscribe(({ atUs, playing }, before) => {
        if (before.atUs === undefined || atUs === undefined || !playing) {
          if (atUs !== before.atUs) layer.clear();
          return;
        }
        layer.show(traceStore.between(before.atUs, atUs));
      }),
      usePlay.subscribe(({ asked }, before) => {
        if (asked === undefined || asked === before.asked) return;
        layer.play(chainRecords(asked.seq));
      }),
      playSelected(() => layer.play([])),
    ];
    return () => {
      for (const stop of stops) stop();
      layer.close();
    };
  }, [layout, camera]);
  return <canvas className="tokens" ref={canvas} data-testid="map-tokens" />;
}

/** Who walks the list with a key held down wants to see one journey, not thirty beginnings. */
const restMs = 250;

/** A packet that stays selected is played once; `stopPlaying` is called when it is selected no more. */
function playSelected(stopPlaying: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = useSelection.subscribe(({ current }, before) => {
    if (current === before.current) return;
    clearTimeout(timer);
    if (current?.kind !== 'packet') return stopPlaying();
    const { seq } = current;
    timer = setTimeout(() => playPacket(seq), restMs);
  });
  return () => {
    clearTimeout(timer);
    stop();
  };
}
