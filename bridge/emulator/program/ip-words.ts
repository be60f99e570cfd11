import { networkOf } from '../host/addresses.ts';
import type { Host, HostInterface } from '../host/api.ts';
import { HostError } from '../host/host-error.ts';
import { Failure, parsePrefix } from './command.ts';

/** Options in front of the object. */
export interface IpOptions {
  readonly isBrief: boolean;
  readonly isOneline: boolean;
  readonly showsStatistics: boolean;
  /** `-4`: no link-layer lines in `ip addr`. */
  readonly isIpv4Only: boolean;
}

/** What an object of `ip` does with the words behind it; the text that it prints. */
export type IpObject = (host: Host, words: Words, options: IpOptions) => string;

/** The words that are still to be read (iproute2's NEXT_ARG and its faults). */
export class Words {
  readonly #words: readonly string[];
  #at = 0;

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  get isEmpty(): boolean {
    return this.#at >= this.#words.length;
  }

  peek(): string | undefined {
    return this.#words[this.#at];
  }

  take(): string | undefined {
    return this.#words[this.#at++];
  }

  /** Throws Failure when there is none. */
  value(): string {
    const word = this.take();
    if (word === undefined) throw new Failure('Command line is not complete. Try option "help"\n', 255);
    return word;
  }

  /** Takes the next word if it is `word`. */
  takes(word: string): boolean {
    if (this.peek() !== word) return false;
    this.#at += 1;
    return true;
  }
}

/** The first of `known` that `word` begins; commands may be cut short as far as one likes. */
export const abbreviated = <T extends string>(word: string, known: readonly T[]): T | undefined =>
  known.find((name) => word !== '' && name.startsWith(word));

/** What an object is asked to do, `show` when nothing is said. Throws Failure for what it does not know, and for help. */
export function actionOf<T extends string>(
  words: Words,
  actions: readonly T[],
  object: string,
  usage: string,
): T | 'show' {
  const word = words.take();
  const action = word === undefined ? 'show' : abbreviated(word, actions);
  if (action !== undefined) return action;
  if (word !== undefined && abbreviated(word, ['help']) !== undefined) throw new Failure(usage, 255);
  throw new Failure(`Command "${word}" is unknown, try "ip ${object} help".\n`, 255);
}

export const garbage = (expected: string, word: string): Failure =>
  new Failure(`Error: either "${expected}" is duplicate, or "${word}" is a garbage.\n`, 255);

/** For words of the real one that the emulated hosts have no use for. */
export const notHere = (what: string): Failure => new Failure(`ip: ${what} is not here\n`, 255);

/** Throws Failure: `what` is the sentence of the real one. */
export function prefixOf(text: string): { address: number; prefix: number | undefined } {
  const parsed = parsePrefix(text);
  if (parsed === undefined) throw new Failure(`Error: any valid prefix is expected rather than "${text}".\n`, 1);
  return parsed;
}

/** Whether an address lies in a network; one without a prefix is a network of its own. */
export function within({ address, prefix = 32 }: { address: number; prefix: number | undefined }) {
  const network = networkOf(address, prefix);
  return (one: number): boolean => networkOf(one, prefix) === network;
}

export function addressOf(text: string): number {
  const parsed = parsePrefix(text);
  if (parsed === undefined || parsed.prefix !== undefined)
    throw new Failure(`Error: inet address is expected rather than "${text}".\n`, 1);
  return parsed.address;
}

/** To show: `Device "x" does not exist.`; to change: `Cannot find device "x"`. */
export function deviceOf(host: Host, name: string, purpose: 'show' | 'change'): HostInterface {
  const device = host.interfaces.find((one) => one.name === name);
  if (device !== undefined) return device;
  throw new Failure(purpose === 'show' ? `Device "${name}" does not exist.\n` : `Cannot find device "${name}"\n`, 1);
}

/** What the kernel refuses: `say` has the sentences for what it explains, errno's text stands for the rest. */
export function asked(act: () => void, say: Partial<Record<HostError['code'], string>> = {}): void {
  try {
    act();
  } catch (fault) {
    if (!(fault instanceof HostError)) throw fault;
    throw new Failure(`${say[fault.code] ?? `RTNETLINK answers: ${fault.message}`}\n`, 2);
  }
}
