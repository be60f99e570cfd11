import type { Options, Series } from 'uplot';
import { type DrawnLine, strokes } from './graph-series.ts';
import { timeText } from './graph-time.ts';

/** A token of the theme that is on, as the canvas needs it. */
type Token = (name: string) => string;

/** What is marked in the graph beside its lines; times in µs on the trace's clock. */
export interface Marks {
  /** The moment that the page shows; undefined: now. */
  readonly momentUs: number | undefined;
  readonly packet: { readonly seq: number; readonly atUs: number } | undefined;
}

/** 1,200 → `1.2k`: an axis has no room for more. */
export function shortCount(value: number): string {
  if (value >= 1e9) return `${Number((value / 1e9).toFixed(1))}G`;
  if (value >= 1e6) return `${Number((value / 1e6).toFixed(1))}M`;
  if (value >= 1e3) return `${Number((value / 1e3).toFixed(1))}k`;
  return String(Number(value.toFixed(1)));
}

interface ChartChoice {
  readonly lines: readonly DrawnLine[];
  /** What the values are, and a value in few characters. */
  readonly yLabel: string;
  readonly yText: (value: number) => string;
  readonly isLog: boolean;
  /** Buckets may have no value: each one that has is a point, and a long silence a gap. */
  readonly isDotted: boolean;
  readonly token: Token;
  readonly stepped: Series.PathBuilder | undefined;
  readonly marks: () => Marks;
}

const axisPx = { values: 48, time: 30 } as const;
const markPx = 5;
const silenceS = 2;

/** A ping a second leaves most buckets empty: a longer silence, which is a part of the time that is seen, ends a line. */
const longGaps: Series.GapsRefiner = (chart, _series, _first, _last, gaps) => {
  const pixels = (seconds: number): number => chart.valToPos(seconds, 'x', true) - chart.valToPos(0, 'x', true);
  const longest = Math.max(chart.bbox.width / 20, pixels(silenceS));
  return gaps.filter(([from, to]) => to - from > longest);
};

/** The first line has dots, the others rings around them: what falls together is seen, and without colours. */
const pointOf = (line: number, colour: string): Series.Points =>
  line === 0
    ? { show: true, size: 5, stroke: colour, fill: colour }
    : { show: true, size: 10, stroke: colour, fill: 'transparent' };

/** How the graph is drawn: sums in steps, since a bucket is a stretch of time and not a point. */
export function chartOptions({ lines, yLabel, yText, isLog, isDotted, token, stepped, marks }: ChartChoice): Options {
  const axis = {
    stroke: token('--text-3'),
    font: `${token('--text-xs')} ${token('--font-ui')}`,
    labelFont: `${token('--text-xs')} ${token('--font-ui')}`,
    labelSize: 16,
    grid: { stroke: token('--line-1'), width: 1 },
    ticks: { stroke: token('--line-2'), width: 1, size: 4 },
  };
  return {
    width: 1,
    height: 1,
    legend: { show: false },
    scales: {
      x: { time: false },
      // Most buckets may hold nothing, which a logarithm has no place for: linear below 1.
      y: isLog ? { distr: 4, asinh: 1, range: (_, __, most) => [0, Math.max(1, most)] } : { range: fromZero },
    },
    axes: [
      { ...axis, size: axisPx.time, values: (_, splits) => splits.map((s) => timeText(s * 1e6, tickUs(splits))) },
      {
        ...axis,
        size: axisPx.values,
        label: yLabel,
        values: (_, splits) => splits.map((value) => (Number.isInteger(value) ? yText(value) : '')),
      },
    ],
    cursor: {
      y: false,
      points: { size: 6 },
      drag: { x: true, y: false, setScale: false },
    },
    series: [
      {},
      ...lines.map(({ label, stroke }, index) => {
        const { token: name, dash } = strokes[stroke] ?? { token: '--text-2', dash: [] };
        return {
          label,
          stroke: token(name),
          width: 1.5,
          dash: [...dash],
          points: isDotted ? pointOf(index, token(name)) : { show: false },
          ...(isDotted && { gaps: longGaps }),
          ...(stepped !== undefined && !isDotted && { paths: stepped }),
        };
      }),
    ],
    hooks: {
      draw: [
        (chart) => {
          const { momentUs, packet } = marks();
          const { ctx, bbox } = chart;
          const ratio = devicePixelRatio;
          const at = (us: number): number | undefined => {
            const x = chart.valToPos(us / 1e6, 'x', true);
            return x >= bbox.left && x <= bbox.left + bbox.width ? x : undefined;
          };
          ctx.save();
          ctx.strokeStyle = token('--accent');
          ctx.fillStyle = token('--accent');
          const line = (x: number, dash: readonly number[], width: number) => {
            ctx.lineWidth = width * ratio;
            ctx.setLineDash(dash.map((each) => each * ratio));
            ctx.beginPath();
            ctx.moveTo(x, bbox.top);
            ctx.lineTo(x, bbox.top + bbox.height);
            ctx.stroke();
          };
          const moment = momentUs === undefined ? undefined : at(momentUs);
          if (moment !== undefined) line(moment, [], 2);
          const selected = packet === undefined ? undefined : at(packet.atUs);
          if (selected !== undefined && packet !== undefined) {
            line(selected, [2, 3], 1);
            ctx.beginPath();
            ctx.moveTo(selected - markPx * ratio, bbox.top);
            ctx.lineTo(selected + markPx * ratio, bbox.top);
            ctx.lineTo(selected, bbox.top + markPx * ratio);
            ctx.fill();
            ctx.font = `${Number.parseFloat(token('--text-xs')) * ratio}px ${token('--font-mono')}`;
            ctx.textBaseline = 'top';
            const isRight = selected > bbox.left + bbox.width / 2;
            ctx.textAlign = isRight ? 'right' : 'left';
            ctx.fillText(`#${packet.seq}`, selected + (isRight ? -1 : 1) * (markPx + 2) * ratio, bbox.top);
          }
          ctx.restore();
        },
      ],
    },
  };
}

const fromZero = (_: unknown, __: number, most: number): [number, number] => [0, Math.max(1, most * 1.1)];
const tickUs = (splits: readonly number[]): number => ((splits[1] ?? 1) - (splits[0] ?? 0)) * 1e6;
