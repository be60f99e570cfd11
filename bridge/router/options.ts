import { parseArgs } from 'node:util';
import { isWrong, type Wrong, wrongs } from './wrong.ts';

/** What the command line of the router asks for; names and defaults are those of the classic clients. */
export interface RouterArguments {
  readonly host: string;
  readonly port: number;
  readonly vhost: string;
  readonly topology: number;
  readonly user: string;
  /** Undefined: `rtable` in the working directory, when it is there. */
  readonly rtable: string | undefined;
  readonly template: string | undefined;
  /** Undefined: `auth_key` in the working directory, when it is there. */
  readonly authKey: string | undefined;
  readonly wrong: ReadonlySet<Wrong>;
  readonly quiet: boolean;
}

/** Something on the command line that cannot be understood. */
export class UsageError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UsageError';
  }
}

/** Reads the command line; 'help' when that is asked for. Throws UsageError. */
export function parseRouterArguments(args: readonly string[]): RouterArguments | 'help' {
  const values = parseValues(args);
  if (values.help) return 'help';
  return {
    host: values.server ?? 'localhost',
    port: parseNumber('port', values.port ?? '8888', 1, 65_535),
    vhost: parseText('vhost', values.vhost ?? 'vrhost', 31),
    topology: parseNumber('topology', values.topology ?? '0', 0, 65_535),
    user: parseText('user', values.user ?? 'router', 31),
    rtable: values.rtable,
    template: values.template === undefined ? undefined : parseText('template', values.template, 29),
    authKey: values['auth-key'],
    wrong: parseWrong(values.wrong ?? []),
    quiet: values.quiet ?? false,
  };
}

function parseValues(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        server: { type: 'string', short: 's' },
        port: { type: 'string', short: 'p' },
        vhost: { type: 'string', short: 'v' },
        topology: { type: 'string', short: 't' },
        user: { type: 'string', short: 'u' },
        rtable: { type: 'string', short: 'r' },
        template: { type: 'string', short: 'T' },
        'auth-key': { type: 'string', short: 'k' },
        wrong: { type: 'string', multiple: true },
        quiet: { type: 'boolean', short: 'q' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function parseNumber(name: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < least || number > most)
    throw new UsageError(`--${name} "${text}" is not a number from ${least} to ${most}`);
  return number;
}

/** A text of VNS has a fixed length and a final NUL. */
function parseText(name: string, text: string, mostBytes: number): string {
  if (Buffer.byteLength(text) > mostBytes)
    throw new UsageError(`--${name} "${text}" is longer than ${mostBytes} bytes`);
  return text;
}

function parseWrong(names: readonly string[]): ReadonlySet<Wrong> {
  const chosen = new Set<Wrong>();
  for (const name of names.flatMap((list) => list.split(','))) {
    if (!isWrong(name)) throw new UsageError(`--wrong "${name}" is none of ${Object.keys(wrongs).join(', ')}`);
    chosen.add(name);
  }
  return chosen;
}

export const usage = `Usage: npm run router -- [options]

The reference router: connects to a VNS server, is told its interfaces and routes what comes in.

  -s, --server HOST     the VNS server (localhost)
  -p, --port PORT       its port (8888)
  -v, --vhost NAME      virtual host: which router of the lab this is (vrhost)
  -t, --topology ID     topology number (0)
  -u, --user NAME       user name (router)
  -r, --rtable FILE     routing table, "destination gateway mask interface" a line (rtable)
  -T, --template NAME   open a template and take the routing table from the server
  -k, --auth-key FILE   key shared with the server; its first 64 bytes count (auth_key)
  -q, --quiet           no line per packet
      --wrong FAULT     do one thing wrong on purpose, may be repeated
  -h, --help            this text

Faults:
${Object.entries(wrongs)
  .map(([name, { does }]) => `  ${name.padEnd(18)} ${does}`)
  .join('\n')}
`;
