// biome-ignore-all lint/a11y/useSemanticElements: what is drawn in SVG cannot be an HTML button
import { useId, useRef } from 'react';
import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';

import type { Journey, Stage } from '../state/journey.ts';
import { microsOf } from '../state/text.ts';
import { pointAtPacket } from '../state/trace-store.ts';
import { shapeOf } from '../ui/frame-shape.ts';
import { protoPath } from '../ui/proto-glyph.tsx';
import { useMeasured } from '../ui/use-measured.ts';
import { placeLabels } from './labels.ts';
import { ticksOf, type Waterfall } from './lanes.ts';

/** Measures of the drawing, pixels. */
const size = {
  head: 36,
  lane: 48,
  mostLane: 72,
  row: 30,
  bar: 24,
  left: 96,
  right: 28,
  dot: 6,
  tick: 96,
  letter: 6.4,
  least: 3,
};

/** What a bar says: how long, and where or why. */
function wordsOf({ kind, us, from, to }: Stage): string {
  const time = microsOf(us);
  switch (kind) {
    case 'router':
      return `${time} inside the router`;
    case 'dispatch':
      return `${time} dispatch, #${from.seq}`;
    case 'packet-out':
      return `${time} VNS and PACKET_OUT, #${from.seq}`;
    case 'held':
      return `${time} held, #${from.seq}`;
    default:
      return `${time}, #${from.seq} to #${to.seq}`;
  }
}

const noBox = { width: 0, height: 0 };
const boxOf = ({ clientWidth, clientHeight }: HTMLElement) => ({ width: clientWidth, height: clientHeight });

/** The journey over time: down to the router and up again; what was only inferred is dotted. */
export function WaterfallDrawing({
  journey,
  waterfall,
  selected,
}: {
  journey: Journey;
  waterfall: Waterfall;
  selected: number;
}) {
  const host = useRef<HTMLDivElement>(null);
  const { width, height } = useMeasured(host, noBox, boxOf);
  const title = useId();
  const x1 = Math.max(size.left + 40, width - size.right);
  const scale = (x1 - size.left) / Math.max(1, journey.lengthUs);
  const xAt = (tUs: number) => size.left + (tUs - journey.startUs) * scale;
  const tops: number[] = [];
  let bottom = size.head;
  const extraRows = waterfall.lanes.reduce((sum, { rows }) => sum + rows - 1, 0);
  const room = (height - size.head - extraRows * size.row) / waterfall.lanes.length;
  const laneHeight = Math.min(size.mostLane, Math.max(size.lane, Math.floor(room)));
  for (const { rows } of waterfall.lanes) {
    tops.push(bottom);
    bottom += laneHeight + (rows - 1) * size.row;
  }
  const yAt = (lane: number, row = 0) => (tops[lane] ?? 0) + laneHeight / 2 + row * size.row;
  const laneOfDot = new Map(waterfall.dots.map(({ record, lane }) => [record.seq, lane]));
  const shape = shapeOf(journey.records[0]?.frame ?? new Uint8Array());
  const choose = (record: TraceRecord) => pointAtPacket(record.seq);
  const press = (record: TraceRecord) => (event: React.KeyboardEvent) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    choose(record);
  };
  const way = (stage: Stage, lane: number, row: number) => {
    const [a, b] = [xAt(stage.from.tUs), xAt(stage.to.tUs)];
    const fromLane = laneOfDot.get(stage.from.seq) ?? lane;
    const toLane = laneOfDot.get(stage.to.seq) ?? lane;
    const down = fromLane === lane ? '' : `M${a} ${yAt(fromLane)}L${a} ${yAt(lane, row)}`;
    const up = toLane === lane ? '' : `M${b} ${yAt(lane, row)}L${b} ${yAt(toLane)}`;
    return down + up;
  };
  const labelled = waterfall.bars.map((bar) => {
    const [x, end] = [xAt(bar.stage.from.tUs), xAt(bar.stage.to.tUs)];
    const words = wordsOf(bar.stage);
    const why = bar.stage.inferred ? `  ≈ ${bar.stage.to.rule} ${bar.stage.to.confidence} %` : '';
    const texts = [(words.length + why.length) * size.letter, words.length * size.letter];
    return { bar, x, width: Math.max(size.least, end - x), words, why, line: `${bar.lane} ${bar.row}`, texts };
  });
  const places = placeLabels(labelled, size.left, x1);
  return (
    <div ref={host} className="waterfall-drawing" data-testid="waterfall-drawing">
      {width > 0 && (
        <svg width={width} height={bottom} role="group" aria-labelledby={title} className={`proto-${shape}`}>
          <title id={title}>Where the time of the packet’s journey went</title>
          {ticksOf(journey.lengthUs, Math.floor((x1 - size.left) / size.tick)).map((us) => (
            <g key={us}>
              <path className="waterfall-tick" d={`M${xAt(journey.startUs + us)} ${size.head - 6}V${bottom}`} />
              <text
                className="waterfall-time"
                x={xAt(journey.startUs + us)}
                y={20}
                textAnchor={us === 0 ? 'start' : 'middle'}
              >
                {microsOf(us)}
              </text>
            </g>
          ))}
          {waterfall.lanes.map(({ name }, lane) => (
            <g key={name}>
              <path className="waterfall-lane" d={`M${size.left} ${yAt(lane)}H${x1}`} />
              <text className="waterfall-name" x={16} y={yAt(lane) + 4}>
                {name}
              </text>
            </g>
          ))}
          {journey.gaps.map(({ fromUs, toUs, text }) => (
            <g key={fromUs} className="waterfall-gap">
              <rect x={xAt(fromUs)} y={size.head} width={xAt(toUs) - xAt(fromUs)} height={bottom - size.head} />
              <text x={(xAt(fromUs) + xAt(toUs)) / 2} y={bottom - 6} textAnchor="middle">
                {`${microsOf(toUs - fromUs)} ${text}`}
              </text>
            </g>
          ))}
          {waterfall.hops.map((hop) => {
            const lanes = [laneOfDot.get(hop.from.seq) ?? 0, laneOfDot.get(hop.to.seq) ?? 0] as const;
            const [a, b] = [xAt(hop.from.tUs), xAt(hop.to.tUs)];
            return (
              <g key={`${hop.from.seq}-${hop.to.seq}`}>
                <path
                  className="waterfall-way"
                  data-inferred={hop.inferred ? '' : undefined}
                  d={`M${a} ${yAt(lanes[0])}L${b} ${yAt(lanes[1])}`}
                />
                <text className="waterfall-label" x={(a + b) / 2 + 8} y={(yAt(lanes[0]) + yAt(lanes[1])) / 2}>
                  {microsOf(hop.us)}
                </text>
              </g>
            );
          })}
          {labelled.map(({ bar: { stage, lane, row }, x: a, width: barWidth, words, why }, i) => {
            const place = places[i];
            const rule = stage.inferred
              ? `inferred by the rule “${stage.to.rule}”, ${stage.to.confidence} %`
              : 'observed';
            return (
              <g
                key={`${stage.from.seq}-${stage.to.seq}`}
                className="waterfall-bar"
                data-inferred={stage.inferred ? '' : undefined}
                data-selected={stage.to.seq === selected ? '' : undefined}
                data-testid={`waterfall-stage-${stage.from.seq}-${stage.to.seq}`}
                role="button"
                tabIndex={0}
                aria-label={`${words}, ${rule}`}
                onClick={() => choose(stage.to)}
                onKeyDown={press(stage.to)}
              >
                <title>{`#${stage.from.seq} to #${stage.to.seq}: ${microsOf(stage.us)}, ${rule}`}</title>
                <path
                  className="waterfall-way"
                  data-inferred={stage.inferred ? '' : undefined}
                  d={way(stage, lane, row)}
                />
                <rect x={a} y={yAt(lane, row) - size.bar / 2} width={barWidth} height={size.bar} rx={4} />
                {place !== undefined && (
                  <text className="waterfall-label" x={place.x} y={yAt(lane, row) + 4} textAnchor={place.anchor}>
                    {words}
                    {place.text === 0 && why !== '' && <tspan className="waterfall-rule">{why}</tspan>}
                  </text>
                )}
              </g>
            );
          })}
          {waterfall.dots.map(({ record, lane }) => (
            <g
              key={record.seq}
              className="waterfall-dot"
              data-selected={record.seq === selected ? '' : undefined}
              role="button"
              tabIndex={0}
              aria-label={`#${record.seq}, ${record.point}, ${microsOf(record.tUs - journey.startUs)}`}
              transform={`translate(${xAt(record.tUs)} ${yAt(lane)})`}
              onClick={() => choose(record)}
              onKeyDown={press(record)}
            >
              <title>{`#${record.seq}, ${record.point}, after ${microsOf(record.tUs - journey.startUs)}`}</title>
              <circle r={size.dot + 4} className="waterfall-ring" />
              <path d={protoPath(shapeOf(record.frame), size.dot)} className="waterfall-glyph" />
            </g>
          ))}
        </svg>
      )}
    </div>
  );
}
