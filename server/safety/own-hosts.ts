import { hostname, networkInterfaces } from 'node:os';

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]']);
const everyAddress = new Set(['0.0.0.0', '::', '[::]']);

/** Whether only programs on this machine can reach a listener on `host`. */
export function isLoopback(host: string): boolean {
  return loopbackNames.has(bracketed(host)) || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Which names this server answers to: a page that reached it by another name is a rebinding attack (SEC2). */
export interface OwnHosts {
  /** Whether a Host header (`name` or `name:port`) is one of ours. */
  isOwn(hostHeader: string | undefined): boolean;
  /** Whether an Origin header is the page that this server itself delivered under that Host header. */
  isOwnOrigin(origin: string, hostHeader: string | undefined): boolean;
}

/**
 * Loopback names always; when listening beyond loopback, the host it listens on (for 0.0.0.0 every address of the
 * machine and its name) and `publicHosts`, each `name` or `name:port`.
 */
export function ownHosts(host: string, publicHosts: readonly string[]): OwnHosts {
  const names = new Set([...loopbackNames, bracketed(host).toLowerCase()]);
  if (everyAddress.has(host)) for (const name of machineNames()) names.add(name.toLowerCase());
  for (const name of publicHosts) names.add(name.toLowerCase());
  const isOwn = (header: string | undefined) => {
    if (header === undefined || header.length > 300) return false;
    const whole = header.toLowerCase();
    return names.has(whole) || names.has(whole.replace(/:\d{1,5}$/, ''));
  };
  return {
    isOwn,
    isOwnOrigin: (origin, header) => {
      const match = /^https?:\/\/([^/]+)$/.exec(origin.toLowerCase());
      return match !== null && isOwn(header) && match[1] === header?.toLowerCase();
    },
  };
}

function machineNames(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return [hostname(), ...addresses.map(({ address }) => bracketed(address))];
}

/** An IPv6 address as it stands in a Host header. */
function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
