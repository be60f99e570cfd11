import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Labs } from './labs/lab-service.ts';

const nsPerSecond = 1e9;
const loopResolutionMs = 10;

/** The histogram holds times between ticks that should be one resolution apart; the rest is the delay. */
const delayS = (betweenTicksNs: number) => Math.max(0, betweenTicksNs / nsPerSecond - loopResolutionMs / 1000);

/** What /metrics shows (API6): counts of the labs as they are when asked, and of what this server did. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #loop: IntervalHistogram = monitorEventLoopDelay({ resolution: loopResolutionMs });
  readonly http = new Histogram({
    name: 'patchbay_http_request_seconds',
    help: 'Time from request to answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [this.#registry],
  });
  readonly badEvents = this.#counter('patchbay_socket_bad_events_total', 'Events of pages that were not as agreed');
  readonly closedSockets = this.#counter('patchbay_sockets_closed_total', 'Sockets closed by the server', ['reason']);
  readonly failedLogins = this.#counter('patchbay_failed_logins_total', 'Wrong passwords');
  readonly traceSkipped = this.#counter(
    'patchbay_trace_skipped_total',
    'Records that a page missed as the log had forgotten them',
  );

  constructor(labs: Labs) {
    this.#loop.enable();
    this.#gauge('patchbay_labs', 'Labs by phase', ['phase'], (gauge) => {
      for (const { status } of labs.list()) gauge.inc({ phase: status.phase });
    });
    this.#gauge('patchbay_packets', 'Packets through the bridge since the lab started', ['lab', 'way'], (gauge) => {
      for (const { id, status } of labs.list()) {
        gauge.set({ lab: id, way: 'in' }, status.counters.packetsIn);
        gauge.set({ lab: id, way: 'out' }, status.counters.packetsOut);
      }
    });
    this.#gauge('patchbay_drops', 'Dropped packets since the lab started', ['lab', 'cause'], (gauge) => {
      for (const { id, status } of labs.list())
        for (const [cause, count] of Object.entries(status.counters.drops)) gauge.set({ lab: id, cause }, count);
    });
    this.#gauge('patchbay_terminals', 'Running terminals', ['lab'], (gauge) => {
      for (const { id, status } of labs.list())
        gauge.set({ lab: id }, status.terminals.filter(({ state }) => state === 'running').length);
    });
    this.#gauge('patchbay_viewers', 'Pages that watch a lab', ['lab'], (gauge) => {
      for (const { id, status } of labs.list()) gauge.set({ lab: id }, status.viewers);
    });
    this.#gauge(
      'patchbay_event_loop_delay_seconds',
      'Delay of the event loop since the last scrape',
      ['quantile'],
      (gauge) => {
        for (const quantile of [50, 99])
          gauge.set({ quantile: String(quantile / 100) }, delayS(this.#loop.percentile(quantile)));
        gauge.set({ quantile: '1' }, delayS(this.#loop.max));
        this.#loop.reset();
      },
    );
    this.#gauge('process_resident_memory_bytes', 'Resident memory', [], (gauge) => {
      gauge.set({}, process.memoryUsage.rss());
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Prometheus' text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  close(): void {
    this.#loop.disable();
  }

  #counter(name: string, help: string, labelNames: string[] = []): Counter {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  /** A gauge that is filled anew at each scrape: what is gone leaves no stale line behind. */
  #gauge(name: string, help: string, labelNames: string[], fill: (gauge: Gauge) => void): void {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [this.#registry],
      collect() {
        this.reset();
        fill(this);
      },
    });
  }
}
