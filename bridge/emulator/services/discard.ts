import type { Host, TcpSocket } from '../host/api.ts';
import { serveTcp } from './accept-loop.ts';
import { both } from './echo.ts';

const maxConnections = 64;

/** Reads what comes, over TCP and UDP, and says nothing (RFC 863, EP55). */
export function startDiscard(host: Host, port: number): { close(): void } {
  const serve = async (socket: TcpSocket) => {
    while ((await socket.read()) !== undefined);
  };
  return both(serveTcp(host, port, { maxConnections, serve }), () => {
    const socket = host.udp.bind({ port });
    const read = async () => {
      while ((await socket.receive()) !== undefined);
    };
    void read();
    return socket;
  });
}
