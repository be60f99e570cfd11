import { isIP } from 'node:net';
import { parseArgs } from 'node:util';
import type { AppConfig, ListenAddress } from './api.ts';
import { appKinds } from './apps/apps.ts';

/** A command line that cannot be followed; the message says which part and what was expected. */
export class UsageError extends Error {}

export interface CliOptions {
  readonly app: AppConfig['kind'];
  readonly openflow: readonly ListenAddress[];
  readonly vns: readonly ListenAddress[];
  readonly lab: string | undefined;
  readonly authKeyFile: string | undefined;
  readonly idleTimeoutS: number;
  readonly hardTimeoutS: number;
}

export const usage = `npm run bridge -- --app APP [options]

The bridge alone: an OpenFlow 1.0 controller, without server or page. It prints what happens, and ends with Ctrl-C.

  --app l2-learning        a switch that learns where addresses are
  --app vns-router         hands every frame to routers that connect over VNS; needs --lab
  --openflow ADDRESS       where switches connect (again for more); default tcp:127.0.0.1:6653
  --vns ADDRESS            where routers connect (again for more); default tcp:127.0.0.1:8888
  --lab FILE               lab.json with the routers and the switches
  --auth-key-file FILE     key that a router must know; without it any router is taken
  --idle-timeout SECONDS   l2-learning: a flow entry ends after so much silence; default 10
  --hard-timeout SECONDS   l2-learning: a flow entry ends at the latest then; default 60, 0 = never
  --help

ADDRESS is tcp:HOST:PORT, HOST:PORT (IPv6 as [::1]:PORT) or unix:PATH.
`;

/** Reads the command line; 'help' when that was asked for. Throws UsageError. */
export function parseBridgeArguments(args: readonly string[]): CliOptions | 'help' {
  const values = readValues(args);
  if (values.help === true) return 'help';
  const app = appKinds.find((kind) => kind === values.app);
  if (app === undefined) {
    throw new UsageError(`--app: expected ${appKinds.join(' or ')}, found ${values.app ?? 'nothing'}`);
  }
  if (app === 'vns-router' && values.lab === undefined) throw new UsageError('--lab: expected the path of a lab.json');
  if (app !== 'vns-router' && values.vns !== undefined) throw new UsageError(`--vns: ${app} has no routers`);
  const vns = app === 'vns-router' ? (values.vns ?? ['127.0.0.1:8888']) : [];
  return {
    app,
    openflow: (values.openflow ?? ['127.0.0.1:6653']).map((text) => parseAddress('--openflow', text)),
    vns: vns.map((text) => parseAddress('--vns', text)),
    lab: values.lab,
    authKeyFile: values['auth-key-file'],
    idleTimeoutS: parseSeconds('--idle-timeout', values['idle-timeout'] ?? '10'),
    hardTimeoutS: parseSeconds('--hard-timeout', values['hard-timeout'] ?? '60'),
  };
}

function readValues(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        app: { type: 'string' },
        openflow: { type: 'string', multiple: true },
        vns: { type: 'string', multiple: true },
        lab: { type: 'string' },
        'auth-key-file': { type: 'string' },
        'idle-timeout': { type: 'string' },
        'hard-timeout': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** `tcp:127.0.0.1:6653`, `[::1]:6653`, `unix:/run/of.sock`. Throws UsageError. */
export function parseAddress(option: string, text: string): ListenAddress {
  if (text.startsWith('unix:') && text.length > 'unix:'.length)
    return { kind: 'unix', path: text.slice('unix:'.length) };
  const found = /^(?:tcp:)?(?:\[(?<v6>[^\]]+)\]|(?<host>[^:[\]]+)):(?<port>\d{1,5})$/.exec(text)?.groups;
  const host = found?.v6 ?? found?.host;
  const port = Number(found?.port);
  if (host === undefined || port > 65_535 || (found?.v6 !== undefined && isIP(host) !== 6)) {
    throw new UsageError(`${option}: expected tcp:HOST:PORT or unix:PATH, found ${text}`);
  }
  return { kind: 'tcp', host, port };
}

function parseSeconds(option: string, text: string): number {
  const seconds = Number(text);
  if (!/^\d+$/.test(text) || seconds > 0xffff)
    throw new UsageError(`${option}: expected 0 to 65535 seconds, found ${text}`);
  return seconds;
}
