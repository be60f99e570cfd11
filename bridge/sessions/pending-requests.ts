import type { Message, MessageOf } from '../protocols/openflow/v10/message.ts';

/** What became of a request; `replies` holds every part of a statistics reply. */
export type RequestAnswer =
  | { readonly kind: 'reply'; readonly replies: readonly Message[] }
  | { readonly kind: 'error'; readonly error: string }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'closed'; readonly reason: string };
export type Answered = (answer: RequestAnswer) => void;

/** The messages that a switch answers, and with what. */
const replyKinds = {
  featuresRequest: 'featuresReply',
  getConfigRequest: 'getConfigReply',
  statsRequest: 'statsReply',
  barrierRequest: 'barrierReply',
  queueGetConfigRequest: 'queueGetConfigReply',
} as const;
export type Request = MessageOf<keyof typeof replyKinds>;

interface Pending {
  readonly request: Request;
  readonly done: Answered;
  readonly deadlineMs: number;
  readonly replies: Message[];
}

const maxPending = 256;
const maxParts = 1024;

/** Requests that wait for their reply, by xid (OF55). Bounded; each is answered exactly once. */
export class PendingRequests {
  readonly #pending = new Map<number, Pending>();

  /** False when too many wait already; then `done` has been told so. */
  add(request: Request, deadlineMs: number, done: Answered): boolean {
    if (this.#pending.size >= maxPending) {
      done({ kind: 'error', error: `${maxPending} requests wait for this switch already` });
      return false;
    }
    this.#pending.set(request.xid, { request, done, deadlineMs, replies: [] });
    return true;
  }

  /** False when no request waits for this message: it is late, or was never asked for. */
  settle(reply: Message): boolean {
    const pending = this.#pending.get(reply.xid);
    if (pending === undefined || replyKinds[pending.request.kind] !== reply.kind) return false;
    pending.replies.push(reply);
    const isPart = reply.kind === 'statsReply' && reply.stats.flags.includes('more');
    if (isPart && pending.replies.length < maxParts) return true;
    this.#pending.delete(reply.xid);
    pending.done({ kind: 'reply', replies: pending.replies });
    return true;
  }

  /** The request that an ERROR with this xid is about, if one waited; it is answered with the error. */
  fail(xid: number, error: string): Request | undefined {
    const pending = this.#pending.get(xid);
    this.#pending.delete(xid);
    pending?.done({ kind: 'error', error });
    return pending?.request;
  }

  tick(nowMs: number): void {
    for (const [xid, { deadlineMs, done }] of this.#pending) {
      if (nowMs < deadlineMs) continue;
      this.#pending.delete(xid);
      done({ kind: 'timeout' });
    }
  }

  close(reason: string): void {
    const all = [...this.#pending.values()];
    this.#pending.clear();
    for (const { done } of all) done({ kind: 'closed', reason });
  }
}
