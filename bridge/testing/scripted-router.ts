import { createHash } from 'node:crypto';
import type { ListenAddress } from '../api.ts';
import { decodeVns, encodeVns, type VnsMessage, type VnsMessageOf, vnsLength } from '../protocols/vns/message.ts';
import { PeerSocket } from './peer-socket.ts';

export interface ScriptedRouterOptions {
  readonly virtualHost?: string;
  readonly key?: string | Uint8Array;
  /** Stops short of OPEN. */
  readonly isShy?: boolean;
}

/** A VNS client that a test plays, in the order of the classic one: it answers AUTH_REQUEST, then opens. */
export class ScriptedRouter implements AsyncDisposable {
  readonly #socket: PeerSocket<VnsMessage>;

  private constructor(socket: PeerSocket<VnsMessage>) {
    this.#socket = socket;
  }

  static async connect(address: ListenAddress, options: ScriptedRouterOptions = {}): Promise<ScriptedRouter> {
    const { virtualHost = 'vrhost', key = '', isShy = false } = options;
    const router = new ScriptedRouter(await PeerSocket.open(address, vnsLength, decodeVns));
    const { salt } = await router.hears('authRequest');
    const digest = createHash('sha1').update(salt).update(key).digest();
    router.say({ kind: 'authReply', user: 'student', digest });
    const { ok } = await router.hears('authStatus');
    if (ok && !isShy) router.say({ kind: 'open', topologyId: 0, virtualHost, user: 'student', password: '' });
    return router;
  }

  say(message: VnsMessage): void {
    this.#socket.write(encodeVns(message));
  }

  write(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  packet(interfaceName: string, frame: Uint8Array): void {
    this.say({ kind: 'packet', interfaceName, frame });
  }

  hears<K extends VnsMessage['kind']>(kind: K, timeoutMs?: number): Promise<VnsMessageOf<K>> {
    return this.#socket.next((message) => message.kind === kind, timeoutMs) as Promise<VnsMessageOf<K>>;
  }

  get heard(): readonly VnsMessage[] {
    return this.#socket.heard;
  }
  get socket(): PeerSocket<VnsMessage>['socket'] {
    return this.#socket.socket;
  }
  over(timeoutMs?: number): Promise<void> {
    return this.#socket.over(timeoutMs);
  }
  close(): void {
    this.#socket.close();
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}
