import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export const sessionCookie = 'patchbay_session';
const lifetimeMs = 12 * 60 * 60 * 1000;
const mostSessions = 10_000;

/** Who has logged in. In memory: a restarted server has forgotten everybody, and its cookies are worth nothing. */
export class Sessions {
  readonly #secret = randomBytes(32);
  readonly #expiryMs = new Map<string, number>();
  readonly #listeners = new Set<(id: string) => void>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** A new session's cookie value: a random id and its signature. */
  open(): string {
    const id = randomBytes(32).toString('base64url');
    if (this.#expiryMs.size >= mostSessions) this.#forgetOldest();
    this.#expiryMs.set(id, this.#now() + lifetimeMs);
    return `${id}.${this.#sign(id)}`;
  }

  /** The id of a live session, undefined for any other cookie value. */
  find(cookie: string | undefined): string | undefined {
    const [id = '', signature = ''] = (cookie ?? '').split('.');
    const given = Buffer.from(signature);
    const expected = Buffer.from(this.#sign(id));
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    const expiryMs = this.#expiryMs.get(id);
    if (expiryMs === undefined) return undefined;
    if (expiryMs > this.#now()) return id;
    this.close(id);
    return undefined;
  }

  /** Idempotent. */
  close(id: string): void {
    if (this.#expiryMs.delete(id)) for (const listener of [...this.#listeners]) listener(id);
  }

  /** Called with the id of a session that ended. */
  onClose(listener: (id: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #forgetOldest(): void {
    const oldest = this.#expiryMs.keys().next().value;
    if (oldest !== undefined) this.close(oldest);
  }

  #sign(id: string): string {
    return createHmac('sha256', this.#secret).update(id).digest('base64url');
  }
}

/** The value of the session cookie in a Cookie header. */
export function sessionCookieOf(header: string | undefined): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const [name, value] = part.split('=', 2);
    if (name?.trim() === sessionCookie) return value?.trim();
  }
  return undefined;
}
