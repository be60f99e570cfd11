import type { Connection } from './connection.ts';

const keyOf = (localPort: number, remotePort: number): number => localPort * 0x1_0000 + remotePort;

/** Connections by their two endpoints. */
export class ConnectionTable {
  /** By both ports; of few connections these are the same and the addresses not. */
  readonly #byPorts = new Map<number, Connection[]>();

  find(localAddress: number, localPort: number, remoteAddress: number, remotePort: number): Connection | undefined {
    const bucket = this.#byPorts.get(keyOf(localPort, remotePort));
    if (bucket === undefined) return undefined;
    for (const connection of bucket) {
      if (connection.local.address === localAddress && connection.remote.address === remoteAddress) return connection;
    }
    return undefined;
  }

  add(connection: Connection): void {
    const key = keyOf(connection.local.port, connection.remote.port);
    const bucket = this.#byPorts.get(key);
    if (bucket === undefined) this.#byPorts.set(key, [connection]);
    else bucket.push(connection);
  }

  remove(connection: Connection): void {
    const key = keyOf(connection.local.port, connection.remote.port);
    const left = (this.#byPorts.get(key) ?? []).filter((other) => other !== connection);
    if (left.length === 0) this.#byPorts.delete(key);
    else this.#byPorts.set(key, left);
  }

  list(): readonly Connection[] {
    return [...this.#byPorts.values()].flat();
  }
}
