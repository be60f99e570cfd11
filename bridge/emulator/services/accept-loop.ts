import type { Host, TcpSocket } from '../host/api.ts';
import { HostError } from '../host/host-error.ts';
import { TimedOut } from '../program/waiting.ts';

/** Serves every connection to `port` of a host, at most `maxConnections` at once: the others wait in the backlog. */
export function serveTcp(
  host: Host,
  port: number,
  options: { readonly maxConnections: number; readonly serve: (socket: TcpSocket) => Promise<void> },
): { close(): void } {
  const listener = host.tcp.listen({ port, backlog: 128 });
  const open = new Set<TcpSocket>();
  let isClosed = false;
  let makeRoom: (() => void) | undefined;

  const serve = async (socket: TcpSocket) => {
    open.add(socket);
    try {
      await options.serve(socket);
      socket.close();
    } catch (fault) {
      // The peer is gone or too slow: nobody is left to be told.
      socket.abort();
      if (!(fault instanceof HostError) && !(fault instanceof TimedOut)) throw fault;
    } finally {
      open.delete(socket);
      makeRoom?.();
    }
  };
  const accept = async () => {
    while (!isClosed) {
      if (open.size >= options.maxConnections) {
        await new Promise<void>((resolve) => {
          makeRoom = resolve;
        });
        continue;
      }
      const socket = await listener.accept();
      if (socket === undefined) return;
      // Its faults are its own; what is no peer's fault is a bug and must surface.
      void serve(socket);
    }
  };
  void accept();

  return {
    close: () => {
      if (isClosed) return;
      isClosed = true;
      listener.close();
      makeRoom?.();
      for (const socket of open) socket.abort();
    },
  };
}
