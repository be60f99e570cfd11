import type { RouterChoice } from '../contract/status.ts';
import { AppError } from '../errors.ts';
import { findProgram } from '../terminals/find-program.ts';
import { referenceRouterArgv } from './project-paths.ts';
import type { VnsKey } from './vns-key.ts';

/** What a router's command is filled in with. */
export interface RouterPlace {
  readonly host: string;
  readonly port: number;
  readonly vhost: string;
  readonly rtable: string;
  /** File; undefined where no key is needed. */
  readonly key: string | undefined;
  /** Where the reference router runs. */
  readonly cwd: string;
}

/** argv and folder of a choice, placeholders replaced; undefined for a router over the network. */
export function routerCommand(
  choice: RouterChoice,
  place: RouterPlace,
): { argv: readonly string[]; cwd: string } | undefined {
  const { host, vhost, rtable, key } = place;
  const port = String(place.port);
  const values: Record<string, string | undefined> = { host, port, vhost, rtable, key };
  switch (choice.kind) {
    case 'network':
      return undefined;
    case 'reference': {
      const where = ['-s', host, '-p', port, '-v', vhost, '-r', rtable, ...(key === undefined ? [] : ['-k', key])];
      return { argv: [...referenceRouterArgv, ...where, ...(choice.flags ?? [])], cwd: place.cwd };
    }
    case 'command': {
      const fill = (word: string): string =>
        word.replaceAll(/\{(host|port|vhost|rtable|key)\}/g, (whole, name: string) => values[name] ?? whole);
      return { argv: choice.argv.map(fill), cwd: choice.cwd };
    }
  }
}

/** Throws invalid-command for a choice whose program could not be started. */
export function checkRouterChoice(
  choice: RouterChoice,
  env: Readonly<Record<string, string>>,
  vnsKey: VnsKey | undefined,
): void {
  if (choice.kind !== 'command') return;
  if (vnsKey === undefined && choice.argv.some((word) => word.includes('{key}')))
    throw new AppError('invalid-command', 'There is no key for {key}: the server was started without --vns-key-file.');
  findProgram({ ...choice, env });
}

/** A command as a person would type it. */
export function commandLine(argv: readonly string[]): string {
  return argv.map((word) => (/^[\w@%+=:,./{}-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}
