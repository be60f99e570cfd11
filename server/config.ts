import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { VnsKey } from './labs/vns-key.ts';
import { isLoopback } from './safety/own-hosts.ts';

export interface Config {
  /** Address to listen on; beyond loopback only with a password. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Undefined: Mininet where it can run, else the emulated network. */
  readonly runtime: 'mininet' | 'emulated' | undefined;
  /** Where routers connect; beyond loopback only with a key. */
  readonly vnsHost: string;
  readonly vnsPort: number;
  /** Undefined: any router is taken. */
  readonly vnsKey: VnsKey | undefined;
  /** Undefined: none is needed. */
  readonly password: string | undefined;
  /** Further names by which pages reach this server, `name` or `name:port`. */
  readonly publicHosts: readonly string[];
  readonly logLevel: (typeof logLevels)[number];
  /** Records that the trace of each lab keeps. */
  readonly traceRecords: number;
  /** Lab to start at once. */
  readonly lab: string | undefined;
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
const runtimes = ['mininet', 'emulated'] as const;
/** Classic clients read this much of auth_key. */
const keyLengthBytes = 64;

/** What is wrong with the options, in a sentence that says what was expected. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConfigError';
  }
}

export const help = `Patchbay: a browser-based SDN lab console.

npm start -- [options]

  --host HOST            address to listen on (127.0.0.1); any other than loopback needs a password
  --port PORT            port of the page (8070)
  --runtime RUNTIME      mininet or emulated (mininet where it can run, else emulated)
  --vns-host HOST        address on which routers connect (127.0.0.1); any other than loopback needs a key
  --vns-port PORT        port on which routers connect (8888)
  --vns-key-file FILE    every router must know the first 64 bytes of this file (openssl rand -hex 32 makes a good one);
                         the reference gets it, other commands get its path for {key}, and a classic sr reads
                         auth_key in its folder: copy or link the file there
  --password-file FILE   the password is the file's first line (PATCHBAY_PASSWORD holds one, too)
  --public-hosts NAMES   further names of this server, separated by commas: lab.example.edu,10.0.0.5:8070
  --log-level LEVEL      ${logLevels.join(', ')} (info)
  --trace-records N      packets at points that each lab keeps (1000000), from 10000 to 4000000; up to 190 bytes of
                         memory each, claimed as they come
  --lab LAB              start this lab at once
  --no-install           installs no Debian packages where it could (npm start)
  --help                 this text

Each option has an environment variable: PATCHBAY_HOST, PATCHBAY_PORT, PATCHBAY_RUNTIME, PATCHBAY_VNS_HOST,
PATCHBAY_VNS_PORT, PATCHBAY_VNS_KEY_FILE, PATCHBAY_PASSWORD_FILE, PATCHBAY_PUBLIC_HOSTS, PATCHBAY_LOG_LEVEL,
PATCHBAY_TRACE_RECORDS, PATCHBAY_LAB. Options win.
`;

/** Reads options and PATCHBAY_* variables; 'help' when that was asked for. Throws ConfigError. */
export function readConfig(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): Config | 'help' {
  const options = readOptions(argv);
  if (options.help === true) return 'help';
  const text = (option: string, standard: string): string => {
    const given = options[option];
    if (typeof given === 'string') return given;
    return env[`PATCHBAY_${option.toUpperCase().replaceAll('-', '_')}`] ?? standard;
  };
  const host = text('host', '127.0.0.1');
  const password = readPassword(text('password-file', ''), env.PATCHBAY_PASSWORD);
  if (!isLoopback(host) && password === undefined)
    throw new ConfigError(
      `--host ${host}: others can reach this address, so a password is needed: expected PATCHBAY_PASSWORD or --password-file.`,
    );
  const vnsHost = text('vns-host', '127.0.0.1');
  const vnsKey = readVnsKey(text('vns-key-file', ''));
  if (!isLoopback(vnsHost) && vnsKey === undefined)
    throw new ConfigError(
      `--vns-host ${vnsHost}: programs on other machines can reach this address and play a router, so a key is needed: expected --vns-key-file.`,
    );
  const lab = text('lab', '');
  return {
    host,
    port: port('--port', text('port', '8070')),
    runtime: text('runtime', '') === '' ? undefined : oneOf('--runtime', runtimes, text('runtime', '')),
    vnsHost,
    vnsPort: port('--vns-port', text('vns-port', '8888')),
    vnsKey,
    password,
    publicHosts: text('public-hosts', '')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
    logLevel: oneOf('--log-level', logLevels, text('log-level', 'info')),
    traceRecords: numberWithin('--trace-records', text('trace-records', '1000000'), 10_000, 4_000_000),
    lab: lab === '' ? undefined : lab,
  };
}

function readOptions(argv: readonly string[]): Record<string, string | boolean | undefined> {
  const value = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...argv],
      options: {
        host: value,
        port: value,
        runtime: value,
        'vns-host': value,
        'vns-port': value,
        'vns-key-file': value,
        'password-file': value,
        'public-hosts': value,
        'log-level': value,
        'trace-records': value,
        lab: value,
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new ConfigError(`${error instanceof Error ? error.message : String(error)}. Try --help.`);
  }
}

function readPassword(file: string, variable: string | undefined): string | undefined {
  if (file === '') return variable === undefined || variable === '' ? undefined : variable;
  const password = readSecret('--password-file', file).toString('utf8').split(/\r?\n/, 1)[0] ?? '';
  if (password === '') throw new ConfigError(`--password-file: expected the password in the first line of "${file}".`);
  return password;
}

function readVnsKey(name: string): VnsKey | undefined {
  if (name === '') return undefined;
  const file = resolve(name);
  // A copy: a view would carry along whatever else is in its buffer when it goes to the bridge's thread.
  const bytes = Uint8Array.from(readSecret('--vns-key-file', file).subarray(0, keyLengthBytes));
  if (bytes.length === 0)
    throw new ConfigError(`--vns-key-file: "${file}" is empty: expected a key of ${keyLengthBytes} bytes or more.`);
  return { file, bytes };
}

function readSecret(option: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new ConfigError(`${option}: "${file}" cannot be read: ${error instanceof Error ? error.message : ''}`);
  }
}

function port(option: string, text: string): number {
  const number = Number(text);
  if (!/^\d{1,5}$/.test(text) || number > 65_535)
    throw new ConfigError(`${option} ${text}: expected a port, a number from 0 to 65535.`);
  return number;
}

function numberWithin(option: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (!/^\d{1,9}$/.test(text) || number < least || number > most)
    throw new ConfigError(`${option} ${text}: expected a number from ${least} to ${most}.`);
  return number;
}

function oneOf<T extends string>(option: string, allowed: readonly T[], text: string): T {
  const found = allowed.find((value) => value === text);
  if (found === undefined) throw new ConfigError(`${option} ${text}: expected one of ${allowed.join(', ')}.`);
  return found;
}
