import { parseArgs } from 'node:util';

const groups = ['codec', 'emulator', 'trace', 'lab', 'page'] as const;
type Group = (typeof groups)[number];

export const help = `npm run bench -- [options]: figures of this machine; compare ratios, not absolute values.

  --json        one object: { machine, figures: [{ id, unit, median, min, max, runs, peer?, ratio?, goal?, met? }] }
  --runs N      runs of each figure, 1 to 100 (3)
  --only GROUP  ${groups.join(', ')}
`;

export interface BenchOptions {
  readonly json: boolean;
  readonly runs: number;
  readonly wants: (group: Group) => boolean;
}

/** What is wrong with the command line. */
export class UsageError extends Error {}

/** Throws UsageError. */
export function readOptions(argv: readonly string[]): BenchOptions | 'help' {
  const { json, runs, only, help: isHelp } = parse(argv);
  if (isHelp) return 'help';
  if (!/^[1-9]\d?$|^100$/.test(runs)) throw new UsageError(`--runs "${runs}" is not a number from 1 to 100`);
  if (only !== undefined && !groups.some((group) => group === only))
    throw new UsageError(`--only "${only}" is none of ${groups.join(', ')}`);
  return { json, runs: Number(runs), wants: (group) => only === undefined || only === group };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        json: { type: 'boolean', default: false },
        runs: { type: 'string', default: '3' },
        only: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
