import type { Host } from '../host/api.ts';

/** A server that reads once and says one of these a connection, then closes; undefined says nothing and stays. */
export function serveScript(host: Host, port: number, ...answers: readonly (string | undefined)[]): void {
  const listener = host.tcp.listen({ port });
  const serve = async () => {
    for (const answer of answers) {
      const socket = await listener.accept();
      await socket?.read();
      if (answer) await socket?.write(new TextEncoder().encode(answer));
      if (answer !== undefined) socket?.close();
    }
  };
  void serve();
}
