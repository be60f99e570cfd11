import { parseIpv4 } from '../../codec/addresses.ts';
import type { Scheduler } from '../../determinism/scheduler.ts';
import { isLoopback, limitedBroadcast, maskOf } from '../host/addresses.ts';
import type { Host, Route } from '../host/api.ts';
import { HostError } from '../host/host-error.ts';
import { OptionError } from './options.ts';
import type { Program } from './program.ts';

/** Ends a program from wherever it is: its last words for stderr, line ends included, and its exit code. */
export class Failure extends Error {
  readonly exitCode: number;

  constructor(text: string, exitCode: number) {
    super(text);
    this.exitCode = exitCode;
  }
}

/** A program whose command line may be wrong (EP2): an option it does not know ends it with its usage, a Failure as it says. */
export const command =
  (usage: { readonly text: string; readonly exitCode: number }, run: Program): Program =>
  async (process) => {
    try {
      return await run(process);
    } catch (fault) {
      if (fault instanceof OptionError) {
        process.stderr.write(`${process.argv[0]}: ${fault.message}\n${usage.text}`);
        return usage.exitCode;
      }
      if (!(fault instanceof Failure)) throw fault;
      process.stderr.write(fault.message);
      return fault.exitCode;
    }
  };

/** Runs `act`; a HostError becomes a Failure of the words that `say` finds for it. */
export function orFail<T>(act: () => T, say: (error: HostError) => string, exitCode: number): T {
  try {
    return act();
  } catch (fault) {
    if (fault instanceof HostError) throw new Failure(say(fault), exitCode);
    throw fault;
  }
}

/** An address as inet_aton takes it (`10.0.1.1`, `10.1`, `0x7f.1`); undefined when it is none. */
export function parseAddress(text: string): number | undefined {
  const parts = text.split('.').map((part) => (/^(0[xX][\da-fA-F]+|\d+)$/.test(part) ? cNumber(part) : Number.NaN));
  const last = parts.pop();
  if (last === undefined || parts.length > 3 || Number.isNaN(last) || parts.some((part) => !(part <= 255)))
    return undefined;
  if (last >= 256 ** (4 - parts.length)) return undefined;
  return parts.reduce((sum, part, at) => sum + part * 256 ** (3 - at), last);
}

/** A number as C writes it: decimal, 0x hexadecimal, leading 0 octal. NaN for anything else. */
const cNumber = (text: string): number => (/^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text));

/** What a program resolves: an address as it is, else the lab's names. */
export const resolveName = (host: Host, text: string): number | undefined => parseAddress(text) ?? host.resolve(text);

/** `10.0.1.0/24`; without a slash the prefix is undefined. Undefined when it is neither. */
export function parsePrefix(text: string): { address: number; prefix: number | undefined } | undefined {
  const [address = '', prefix, ...rest] = text.split('/');
  const parsed = parseIpv4(address);
  if (parsed === undefined || rest.length > 0) return undefined;
  if (prefix === undefined) return { address: parsed, prefix: undefined };
  if (/^\d{1,2}$/.test(prefix)) return Number(prefix) <= 32 ? { address: parsed, prefix: Number(prefix) } : undefined;
  const length = prefixOfMask(parseIpv4(prefix));
  return length === undefined ? undefined : { address: parsed, prefix: length };
}

/** 255.255.255.0 → 24; undefined for a mask with holes. */
export function prefixOfMask(mask: number | undefined): number | undefined {
  if (mask === undefined) return undefined;
  const prefix = Math.clz32(~mask);
  return maskOf(prefix) === mask ? prefix : undefined;
}

/** All hosts of the network; undefined where there is no room for it (31 and 32). */
export const broadcastOf = (address: number, prefix: number): number | undefined =>
  prefix >= 31 ? undefined : (address | ~maskOf(prefix)) >>> 0;

/** Whether the host keeps what goes there to itself: 127.0.0.0/8 and its own addresses. */
export const isLocal = (host: Host, address: number): boolean =>
  isLoopback(address) || host.interfaces.some((one) => one.addresses.some((own) => own.address === address));

export const isBroadcast = (host: Host, address: number): boolean =>
  address === limitedBroadcast ||
  host.interfaces.some((one) => one.addresses.some((own) => broadcastOf(own.address, own.prefix) === address));

/** The address that what goes along a route comes from. */
export const sourceOf = (host: Host, route: Route): number | undefined =>
  route.source ?? host.interfaces.find((one) => one.name === route.interface)?.addresses[0]?.address;

/** Waits for a time, a sign, or Ctrl-C, whichever comes first; a sign that comes before is not lost. */
export class Waker {
  readonly #scheduler: Scheduler;
  readonly #interrupted: AbortSignal;
  #resolve: (() => void) | undefined;
  #isAwake = false;
  readonly #wake = () => this.wake();

  constructor({ scheduler, interrupted }: { readonly scheduler: Scheduler; readonly interrupted: AbortSignal }) {
    this.#scheduler = scheduler;
    this.#interrupted = interrupted;
    interrupted.addEventListener('abort', this.#wake);
  }

  wake(): void {
    this.#isAwake = true;
    this.#resolve?.();
  }

  /** Until the scheduler's clock shows `atUs`; for ever when that is Infinity. */
  async until(atUs: number): Promise<void> {
    if (!this.#isAwake && !this.#interrupted.aborted) {
      await new Promise<void>((resolve) => {
        const cancel = atUs === Number.POSITIVE_INFINITY ? undefined : this.#scheduler.at(atUs, resolve);
        this.#resolve = () => {
          cancel?.();
          resolve();
        };
      });
      this.#resolve = undefined;
    }
    this.#isAwake = false;
  }

  close(): void {
    this.#interrupted.removeEventListener('abort', this.#wake);
  }
}
