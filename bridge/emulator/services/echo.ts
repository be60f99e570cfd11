import type { Host, TcpSocket, UdpSocket } from '../host/api.ts';
import { HostError } from '../host/host-error.ts';
import { serveTcp } from './accept-loop.ts';

const maxConnections = 64;

/** Sends back what comes, over TCP and UDP (RFC 862, EP55). */
export function startEcho(host: Host, port: number): { close(): void } {
  const serve = async (socket: TcpSocket) => {
    for (let data = await socket.read(); data !== undefined; data = await socket.read()) await socket.write(data);
  };
  return both(serveTcp(host, port, { maxConnections, serve }), () => {
    const socket = host.udp.bind({ port });
    void answerDatagrams(socket);
    return socket;
  });
}

/** The second of two things that open, and close together; the first is closed when it cannot be opened. */
export function both(first: { close(): void }, open: () => { close(): void }): { close(): void } {
  try {
    const second = open();
    return {
      close: () => {
        first.close();
        second.close();
      },
    };
  } catch (fault) {
    first.close();
    throw fault;
  }
}

async function answerDatagrams(socket: UdpSocket): Promise<void> {
  for (let datagram = await socket.receive(); datagram !== undefined; datagram = await socket.receive()) {
    // Two echo services would talk to each other for ever: a datagram from such a port is not answered.
    if (datagram.from.port === socket.local.port) continue;
    try {
      socket.send(datagram.from, datagram.data);
    } catch (fault) {
      if (!(fault instanceof HostError)) throw fault;
    }
  }
}
