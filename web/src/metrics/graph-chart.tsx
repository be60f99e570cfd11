import { useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { goToMoment, useMoment } from '../state/moment.ts';
import { useSelection } from '../state/selection.ts';
import { traceStore } from '../state/trace-store.ts';
import { chartOptions, type Marks } from './chart-options.ts';
import type { DrawnLine } from './graph-series.ts';
import { type Stretch, standStill, stretchOf, useGraphChoice } from './graph-store.ts';

/** The theme that is on: what is drawn with its colours is drawn again when it changes. */
function useTheme(): string {
  return useSyncExternalStore(
    (changed) => {
      const observer = new MutationObserver(changed);
      observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'data-preset'] });
      return () => observer.disconnect();
    },
    () => `${document.documentElement.dataset.theme} ${document.documentElement.dataset.preset}`,
  );
}

/** Where the selected packet and the shown moment are. */
function marksNow(): Marks {
  const { current } = useSelection.getState();
  const record = current?.kind === 'packet' ? traceStore.record(current.seq) : undefined;
  return {
    momentUs: useMoment.getState().atUs,
    packet: record === undefined ? undefined : { seq: record.seq, atUs: record.tUs },
  };
}

/** What is drawn: for each line the value of each bucket, null where it has none. */
interface Drawn {
  readonly seconds: readonly number[];
  readonly values: readonly (readonly (number | null)[])[];
}

interface GraphChartProps {
  readonly drawn: Drawn;
  readonly lines: readonly DrawnLine[];
  readonly yLabel: string;
  readonly yText: (value: number) => string;
  readonly intervalUs: number;
  readonly isDotted?: boolean;
  /** What it shows, for whoever does not see it. */
  readonly label: string;
  readonly testId: string;
  readonly className: string;
  /** The bucket under the cursor, undefined when there is none. */
  readonly onCursor: (index: number | undefined) => void;
  /** Enter, on the selection or on the bucket under the cursor. */
  readonly onOpen: (stretch: Stretch) => void;
}

/** The drawn graph (METRICS3): crosshair, a stretch by dragging, a moment by a click; arrows do the same. */
export function GraphChart(props: GraphChartProps) {
  const { drawn, lines, yLabel, yText, intervalUs, isDotted = false, label, testId, className, onCursor } = props;
  const { isLog, selected } = useGraphChoice();
  const theme = useTheme();
  const host = useRef<HTMLDivElement>(null);
  const shown = stretchOf(drawn.seconds, intervalUs);
  const select = (stretch: Stretch | undefined) => {
    if (stretch !== undefined) standStill(shown);
    useGraphChoice.setState({ selected: stretch });
  };
  const goTo = (atUs: number) => {
    standStill(shown);
    goToMoment(atUs);
  };
  const latest = useRef({ drawn, onCursor, select, goTo });
  latest.current = { drawn, onCursor, select, goTo };
  const [chart, setChart] = useState<uPlot>();

  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme is other colours
  useLayoutEffect(() => {
    const element = host.current;
    if (element === null) return;
    const style = getComputedStyle(element);
    const options = chartOptions({
      lines,
      yLabel,
      yText,
      isLog,
      isDotted,
      token: (name) => style.getPropertyValue(name).trim(),
      stepped: uPlot.paths.stepped?.({ align: 1 }),
      marks: marksNow,
    });
    const made = new uPlot(
      {
        ...options,
        width: Math.max(1, element.clientWidth),
        height: Math.max(1, element.clientHeight),
        hooks: {
          ...options.hooks,
          setCursor: [({ cursor }) => latest.current.onCursor(cursor.idx ?? undefined)],
          setSelect: [
            ({ select, posToVal }) => {
              if (select.width === 0) return;
              const us = (x: number) => Math.max(0, posToVal(x, 'x') * 1e6);
              latest.current.select({ fromUs: us(select.left), toUs: us(select.left + select.width) });
            },
          ],
        },
      },
      dataOf(latest.current.drawn),
      element,
    );
    // After the plot's own listener, which stops the click that ends a drag.
    made.over.addEventListener('click', (event) => {
      const { left } = made.over.getBoundingClientRect();
      latest.current.goTo(made.posToVal(event.clientX - left, 'x') * 1e6);
    });
    const sized = new ResizeObserver(() => {
      if (element.clientWidth > 0)
        made.setSize({ width: element.clientWidth, height: Math.max(1, element.clientHeight) });
    });
    sized.observe(element);
    const redraw = () => made.redraw(false);
    const stops = [useMoment.subscribe(redraw), useSelection.subscribe(redraw)];
    setChart(made);
    return () => {
      for (const stop of stops) stop();
      sized.disconnect();
      made.destroy();
    };
  }, [lines, yLabel, yText, isLog, isDotted, theme]);

  useEffect(() => chart?.setData(dataOf(drawn)), [chart, drawn]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the plot moves with each answer, and its selection with it
  useEffect(() => {
    if (chart === undefined) return;
    const x = (us: number) => Math.min(chart.over.clientWidth, Math.max(0, chart.valToPos(us / 1e6, 'x')));
    const left = selected === undefined ? 0 : x(selected.fromUs);
    const width = selected === undefined ? 0 : x(selected.toUs) - left;
    chart.setSelect({ left, width, top: 0, height: chart.over.clientHeight }, false);
  }, [chart, selected, drawn]);

  const onKeyDown = (event: React.KeyboardEvent) => {
    if (chart === undefined) return;
    const { seconds } = drawn;
    const last = seconds.length - 1;
    const at = chart.cursor.idx ?? last;
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      Home: 0,
      End: last,
      PageUp: at - 10,
      PageDown: at + 10,
    };
    const to = steps[event.key];
    const startUs = (index: number) => (seconds[index] ?? 0) * 1e6;
    if (to !== undefined) {
      const next = Math.min(last, Math.max(0, to));
      chart.setCursor({ left: chart.valToPos(startUs(next) / 1e6, 'x'), top: 0 });
      if (event.shiftKey) {
        const anchorUs =
          selected === undefined ? startUs(at) : startUs(at) > selected.fromUs ? selected.fromUs : selected.toUs;
        const movedUs = startUs(next);
        select({ fromUs: Math.min(anchorUs, movedUs), toUs: Math.max(anchorUs, movedUs + intervalUs) });
      }
    } else if (event.key === 'Enter') {
      props.onOpen(selected ?? { fromUs: startUs(at), toUs: startUs(at) + intervalUs });
    } else if (event.key === ' ') goTo(startUs(at));
    else if (event.key === 'Escape' && selected !== undefined) select(undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={host}
      className={`metrics-plot ${className}`}
      role="img"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrows move its crosshair
      tabIndex={0}
      data-testid={testId}
      onKeyDown={onKeyDown}
    />
  );
}

const dataOf = ({ seconds, values }: Drawn): uPlot.AlignedData => [[...seconds], ...values.map((each) => [...each])];
