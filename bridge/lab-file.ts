import type { BridgeConfig, RouterConfig } from './api.ts';
import { parseIpv4 } from './codec/addresses.ts';

/** A lab file that the bridge cannot use; the message says where and what was expected. */
export class LabFileError extends Error {}

/** What the bridge needs of a lab. */
export interface LabParts {
  readonly switches: BridgeConfig['switches'];
  readonly routers: readonly RouterConfig[];
}

/**
 * Reads the switches and routers of a lab.json and nothing else of it; throws LabFileError. `file` is how errors name it.
 * The whole schema is the server's matter; what is read here is checked here.
 */
export function readLabFile(text: string, file: string): LabParts {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch (cause) {
    throw new LabFileError(`${file}: expected JSON: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  const lab = new Field(root, file, '');
  const switches = lab
    .at('switches')
    .items()
    .map((each) => ({
      name: each.at('name').text(/^[\w-]{1,32}$/, 'a name'),
      dpid: each.at('dpid').text(/^[0-9a-f]{16}$/, '16 hex digits'),
    }));
  return {
    switches,
    routers: lab
      .at('routers')
      .items()
      .map((router) => readRouter(router, switches)),
  };
}

function readRouter(router: Field, switches: BridgeConfig['switches']): RouterConfig {
  const its = router.at('switch');
  const dpid = switches.find(({ name }) => name === its.value)?.dpid;
  if (dpid === undefined) throw its.wrong(`one of the switches ${switches.map(({ name }) => name).join(', ')}`);
  const routes = router
    .at('rtable')
    .items()
    .map((route) =>
      ['destination', 'gateway', 'mask']
        .map((key) => route.at(key).address())
        .concat(route.at('interface').text(interfaceName, 'an interface'))
        .join(' '),
    );
  return {
    name: router.at('name').text(/^[\w-]{1,32}$/, 'a name'),
    vhost: router.at('vhost').text(/^.{1,31}$/, '1 to 31 characters'),
    dpid,
    interfaces: router
      .at('interfaces')
      .items()
      .map((each) => ({
        name: each.at('name').text(interfaceName, 'a name of at most 15 characters'),
        port: each.at('port').integer(1, 0xff00),
        address: each.at('address').address(),
        mask: each.at('mask').address(),
      })),
    rtable: routes.map((line) => `${line}\n`).join(''),
  };
}

const interfaceName = /^[a-z][a-z0-9]{0,14}$/;

/** A value of the file and where it stands. */
class Field {
  readonly value: unknown;
  readonly #file: string;
  readonly #path: string;

  constructor(value: unknown, file: string, path: string) {
    this.value = value;
    this.#file = file;
    this.#path = path;
  }

  at(key: string): Field {
    if (typeof this.value !== 'object' || this.value === null || Array.isArray(this.value))
      throw this.wrong('an object');
    const value: unknown = Object.entries(this.value).find(([name]) => name === key)?.[1];
    return new Field(value, this.#file, this.#path === '' ? key : `${this.#path}.${key}`);
  }

  items(): Field[] {
    if (!Array.isArray(this.value)) throw this.wrong('a list');
    return this.value.map((item: unknown, index) => new Field(item, this.#file, `${this.#path}[${index}]`));
  }

  text(pattern: RegExp, what: string): string {
    if (typeof this.value !== 'string' || !pattern.test(this.value)) throw this.wrong(what);
    return this.value;
  }

  integer(min: number, max: number): number {
    const { value } = this;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
      throw this.wrong(`an integer from ${min} to ${max}`);
    }
    return value;
  }

  address(): string {
    if (typeof this.value !== 'string' || parseIpv4(this.value) === undefined) throw this.wrong('an IPv4 address');
    return this.value;
  }

  wrong(expected: string): LabFileError {
    const found = this.value === undefined ? 'nothing' : JSON.stringify(this.value);
    return new LabFileError(
      `${this.#file}: ${this.#path || 'the file'}: expected ${expected}, found ${found.slice(0, 80)}`,
    );
  }
}
