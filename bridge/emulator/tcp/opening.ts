import type { TcpSocket } from '../host/api.ts';
import { HostError } from '../host/host-error.ts';
import type { Connection } from './connection.ts';
import { Socket } from './socket.ts';

export interface OpeningOptions {
  /** Gives the attempt up; it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Small segments do not wait for the acknowledgement of others: no Nagle. */
  readonly noDelay?: boolean;
}

/** Opens a connection to its remote end; resolves when it is established. */
export function open(connection: Connection, { signal }: OpeningOptions): Promise<TcpSocket> {
  return new Promise((resolve, reject) => {
    const aborted = () => {
      reject(signal?.reason);
      connection.abort();
    };
    signal?.addEventListener('abort', aborted, { once: true });
    connection.owner = {
      mayEstablish: () => true,
      established: () => {
        signal?.removeEventListener('abort', aborted);
        const socket = new Socket(connection);
        connection.owner = socket;
        resolve(socket);
      },
      readable: () => undefined,
      writable: () => undefined,
      ended: (error) => {
        signal?.removeEventListener('abort', aborted);
        reject(error ?? new HostError('ECONNRESET'));
      },
    };
    connection.connect();
  });
}
