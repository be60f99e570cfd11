import type { Errno } from './api.ts';

/** What strerror says (glibc 2.36). */
const texts: Readonly<Record<Errno, string>> = {
  EACCES: 'Permission denied',
  EADDRINUSE: 'Address already in use',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset by peer',
  EEXIST: 'File exists',
  EHOSTUNREACH: 'No route to host',
  EMSGSIZE: 'Message too long',
  ENETDOWN: 'Network is down',
  ENETUNREACH: 'Network is unreachable',
  ENODEV: 'No such device',
  ENOENT: 'No such file or directory',
  EPIPE: 'Broken pipe',
  ESRCH: 'No such process',
  ETIMEDOUT: 'Connection timed out',
};

/** What an emulated host refuses a program, by the name that Linux gives it; the message is what strerror says. */
export class HostError extends Error {
  readonly code: Errno;

  constructor(code: Errno) {
    super(texts[code]);
    this.code = code;
  }
}
