import type { Server as HttpServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Server } from 'socket.io';
import type { ServerToClient } from '../contract/events.ts';
import { AppError } from '../errors.ts';
import type { Checks } from '../grading/check-service.ts';
import type { Labs } from '../labs/lab-service.ts';
import type { Metrics } from '../metrics.ts';
import type { Gate } from '../safety/gate.ts';
import { Connection } from './connection.ts';
import { dispatcher, type Handlers } from './payloads.ts';
import { TerminalSeats } from './terminal-seats.ts';
import { TraceFeeds } from './trace-feeds.ts';
import { TraceFollower } from './trace-follower.ts';

/** Larger than any message that is answered with too-large, so that it is answered and not cut off. */
const messageBytes = 1024 * 1024;
const mostConnections = 1000;
const connectTimeoutMs = 5000;
const pingEveryMs = 10_000;
const pingTimeoutMs = 20_000;
/** What a page gets to say goodbye. */
const goodbyeMs = 200;

export interface LiveDeps {
  readonly labs: Labs;
  readonly checks: Checks;
  readonly gate: Gate;
  readonly metrics: Metrics;
  readonly log: Pick<Logger, 'error' | 'warn'>;
}

/** The live side of the server: one socket a page, on the HTTP server's port under /socket.io (LIVE1). */
export function createLive(http: HttpServer, deps: LiveDeps): { close(): Promise<void> } {
  const { labs, checks, gate, log } = deps;
  const io = new Server<Record<string, never>, ServerToClient>(http, {
    path: '/socket.io',
    serveClient: false,
    transports: ['websocket'],
    maxHttpBufferSize: messageBytes,
    connectTimeout: connectTimeoutMs,
    pingInterval: pingEveryMs,
    pingTimeout: pingTimeoutMs,
    allowRequest: ({ headers }, decide) => {
      try {
        gate.requireOwnOrigin(headers);
        if (io.engine.clientsCount >= mostConnections) throw new AppError('too-many', 'Too many pages are open.');
        decide(null, true);
      } catch (error) {
        decide(error instanceof AppError ? error.code : 'internal', false);
      }
    },
  });
  // Here and not in allowRequest, where a browser would not get to read the reason: the page shows the log-in for it.
  io.use(({ handshake }, next) => {
    next(gate.sessionOf(handshake.headers) === undefined ? new Error('unauthorized') : undefined);
  });

  const feeds = new TraceFeeds(labs);
  const watchers = new Map<string, Set<Connection>>();
  const sessions = new Map<Connection, string>();
  const watching = (lab: string) => watchers.get(lab) ?? new Set<Connection>();

  const stops = [
    labs.onStatus((status) => {
      for (const page of watching(status.lab)) page.sendStatus(status);
    }),
    labs.onEvent((lab, event) => {
      for (const page of watching(lab)) page.send('lab:event', { lab, event });
    }),
    checks.onProgress((run) => {
      for (const page of watching(run.lab)) page.send('grade:progress', run);
    }),
    gate.sessions.onClose((id) => {
      for (const [page, session] of sessions)
        if (session === id) page.end(new AppError('unauthorized', 'The session has ended.'), 'session');
    }),
  ];

  function watch(lab: string, page: Connection): void {
    const pages = watching(lab).add(page);
    watchers.set(lab, pages);
    labs.setViewers(lab, pages.size);
  }
  function unwatch(lab: string, page: Connection): void {
    const pages = watching(lab);
    if (pages.delete(page)) labs.setViewers(lab, pages.size);
    if (pages.size === 0) watchers.delete(lab);
  }

  io.on('connection', (socket) => {
    const page = new Connection(socket, deps);
    const seats = new TerminalSeats(labs, {
      output: (lab, id, data) => page.send('terminal:output', { lab, id, data }),
      screen: (lab, screen, reason) => page.send('terminal:screen', { lab, ...screen, reason }),
    });
    const followed = new Map<string, TraceFollower>();
    const unfollow = (lab: string) => {
      const follower = followed.get(lab);
      if (follower !== undefined) feeds.of(lab).remove(follower);
      followed.delete(lab);
    };

    const handlers: Handlers = {
      'lab:watch': ({ lab }) => {
        const first = { status: labs.status(lab), events: labs.events(lab), grade: checks.current(lab) };
        watch(lab, page);
        return first;
      },
      'lab:unwatch': ({ lab }) => {
        unwatch(lab, page);
        return null;
      },
      'terminal:open': ({ lab, target }) => seats.open(lab, target),
      'terminal:join': ({ lab, id }) => seats.join(lab, id),
      'terminal:leave': ({ lab, id }) => {
        seats.leave(lab, id);
        return null;
      },
      'terminal:end': async ({ lab, id }) => {
        await seats.end(lab, id);
        return null;
      },
      'terminal:input': ({ lab, id, data }) => {
        seats.input(lab, id, data);
        return null;
      },
      'terminal:resize': ({ lab, id, cols, rows }) => {
        seats.resize(lab, id, { cols, rows });
        return null;
      },
      'terminal:drawn': ({ lab, id, bytes }) => {
        seats.drawn(lab, id, bytes);
        return null;
      },
      'trace:follow': ({ lab, fromSeq, newest = Number.POSITIVE_INFINITY }) => {
        const feed = feeds.of(lab);
        unfollow(lab);
        const follower = new TraceFollower((data, skipped) => {
          if (skipped > 0) deps.metrics.traceSkipped.inc(skipped);
          page.send('trace:batch', { lab, data, skipped });
        });
        followed.set(lab, follower);
        const range = feed.range;
        feed.add(follower, Math.max(fromSeq, range.nextSeq - newest));
        return range;
      },
      'trace:unfollow': ({ lab }) => {
        unfollow(lab);
        return null;
      },
      'trace:taken': ({ lab, seq }) => {
        followed.get(lab)?.taken(seq);
        return null;
      },
    };
    page.serve(dispatcher(handlers));

    sessions.set(page, gate.sessionOf(socket.handshake.headers) ?? '');
    socket.on('disconnect', () => {
      sessions.delete(page);
      seats.leaveAll();
      for (const lab of [...followed.keys()]) unfollow(lab);
      for (const lab of [...watchers.keys()]) unwatch(lab, page);
    });
    socket.on('error', (error) => log.warn({ err: error }, 'page sent what cannot be read'));
  });

  return {
    async close() {
      for (const stop of stops) stop();
      feeds.close();
      // The HTTP server is the application's to close, and it waits for every connection.
      const connections = [...io.sockets.sockets.values()].map(({ request }) => request.socket);
      io.disconnectSockets(true);
      io.engine.close();
      for (let waitedMs = 0; waitedMs < goodbyeMs && connections.some((tcp) => !tcp.destroyed); waitedMs += 10)
        await delay(10);
      for (const tcp of connections) tcp.destroy();
    },
  };
}
