import { ipv4Text, parseIpv4 } from '../../codec/addresses.ts';
import type { ServiceConfig } from '../config.ts';
import type { Host } from '../host/api.ts';
import { startDhcpServer } from './dhcp-server.ts';
import { startDiscard } from './discard.ts';
import { startEcho } from './echo.ts';
import { startHttpServer } from './http-server.ts';
import { startIperfServer } from './iperf-server.ts';

/**
 * Starts what a host serves; all of it, or none when one cannot start: throws HostError EADDRINUSE. `wallMs` (Unix
 * milliseconds) dates what is dated. `close` is idempotent.
 */
export function startServices(
  host: Host,
  services: readonly ServiceConfig[],
  deps: { readonly wallMs?: () => number } = {},
): { close(): void } {
  const running: { close(): void }[] = [];
  const close = () => {
    for (const service of running.splice(0)) service.close();
  };
  try {
    for (const service of services) running.push(start(host, service, deps.wallMs));
  } catch (fault) {
    close();
    throw fault;
  }
  return { close };
}

function start(host: Host, service: ServiceConfig, wallMs: (() => number) | undefined): { close(): void } {
  switch (service.kind) {
    case 'http': {
      const own = host.config.interfaces[0]?.address ?? ipv4Text(host.interfaces[1]?.addresses[0]?.address ?? 0);
      return startHttpServer(host, service.port, { wallMs, address: own });
    }
    case 'echo':
      return startEcho(host, service.port);
    case 'discard':
      return startDiscard(host, service.port);
    case 'iperf':
      return startIperfServer(host, service.port);
    case 'dhcp': {
      const [first = 0, last = 0, gateway = 0] = [service.first, service.last, service.gateway].map(parseIpv4);
      return startDhcpServer(host, { first, last, gateway });
    }
  }
}
