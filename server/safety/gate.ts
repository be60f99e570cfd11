import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '../errors.ts';
import type { OwnHosts } from './own-hosts.ts';
import type { PasswordCheck } from './password.ts';
import { type Sessions, sessionCookieOf } from './sessions.ts';

/** Decides who may ask what: the same rules for HTTP and for the socket (SEC1–SEC4). */
export class Gate {
  readonly hosts: OwnHosts;
  readonly sessions: Sessions;
  /** Undefined: no password is needed (loopback only). */
  readonly password: PasswordCheck | undefined;

  constructor(hosts: OwnHosts, sessions: Sessions, password: PasswordCheck | undefined) {
    this.hosts = hosts;
    this.sessions = sessions;
    this.password = password;
  }

  /** Throws foreign-origin for a request by a name that is not ours. */
  requireOwnHost({ host }: IncomingHttpHeaders): void {
    if (this.hosts.isOwn(host)) return;
    throw new AppError(
      'foreign-origin',
      'The Host header is not a name of this server: expected its address, or a name from --public-hosts.',
    );
  }

  /** Throws foreign-origin for a request that another site's page made. Programs that are no browser send no Origin. */
  requireOwnOrigin(headers: IncomingHttpHeaders): void {
    this.requireOwnHost(headers);
    const { origin, host } = headers;
    const site = headers['sec-fetch-site'];
    const foreign =
      origin === undefined
        ? site !== undefined && site !== 'same-origin' && site !== 'none'
        : !this.hosts.isOwnOrigin(origin, host);
    if (foreign) throw new AppError('foreign-origin', 'The request came from a page of another site.');
  }

  /** Id of the session of a request that may go on; '' when no password is needed. Throws unauthorized. */
  requireSession(headers: IncomingHttpHeaders): string {
    const session = this.sessionOf(headers);
    if (session === undefined)
      throw new AppError('unauthorized', 'Log in with POST /api/session {"password": …} first.');
    return session;
  }

  sessionOf(headers: IncomingHttpHeaders): string | undefined {
    return this.password === undefined ? '' : this.sessions.find(sessionCookieOf(headers.cookie));
  }
}
