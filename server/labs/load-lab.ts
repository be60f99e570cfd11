import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { Value } from 'typebox/value';
import { Lab } from '../contract/lab.ts';
import { AppError } from '../errors.ts';
import { type Fault, schemaFaults } from '../schema-faults.ts';
import { jsonLines, lineAt } from './json-lines.ts';
import { guideFaults, meaningFaults } from './lab-meaning.ts';

/** A lab of the catalogue: its description and its guide (Markdown). */
export interface CatalogLab {
  readonly lab: Lab;
  readonly guide: string;
  readonly file: string;
}

/** A lab file that cannot be used; `faults` is what `file:line: path: expected …, found …` is made from, one a line. */
export class InvalidLab extends AppError {
  readonly file: string;
  readonly faults: readonly string[];
  constructor(file: string, faults: readonly string[], options?: { cause?: unknown }) {
    super('invalid-lab', faults.join('\n'), options);
    this.name = 'InvalidLab';
    this.file = file;
    this.faults = faults;
  }
}

/** Text of a lab.json → Lab. Throws InvalidLab with every fault; `file` is how the faults name it. */
export function parseLab(text: string, file: string): Lab {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const position = /position (\d+)/.exec(reason)?.[1];
    const line = position === undefined ? '' : `:${lineAt(text, Number(position))}`;
    throw new InvalidLab(file, [`${file}${line}: expected JSON, found: ${reason}`], { cause: error });
  }
  const faults = [...schemaFaults(Lab, value)];
  if (faults.length > 0 || !Value.Check(Lab, value)) throw new InvalidLab(file, faultLines(text, file, faults));
  const meaning = meaningFaults(value);
  if (meaning.length > 0) throw new InvalidLab(file, faultLines(text, file, meaning));
  return value;
}

/** Reads lab.json and the guide.md beside it ('' when there is none). Throws InvalidLab, and not-found for no such file. */
export async function loadLab(file: string): Promise<CatalogLab> {
  const name = relative('.', file);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new AppError('not-found', `${name} cannot be read: ${messageOf(error)}`, { cause: error });
  });
  const lab = parseLab(text, name);
  const guide = await readFile(join(dirname(file), 'guide.md'), 'utf8').catch(() => '');
  const faults = guide === '' ? [] : guideFaults(lab, guide);
  if (faults.length > 0) throw new InvalidLab(file, faultLines(text, name, faults));
  return { lab, guide, file };
}

/** Every lab of a catalogue, labs with a router first; a lab's id is its folder's name. `wrong` holds the labs that cannot be used. */
export async function loadCatalog(dir: string): Promise<{ labs: CatalogLab[]; wrong: InvalidLab[] }> {
  const entries = await readdir(dir, { withFileTypes: true });
  const labs: CatalogLab[] = [];
  const wrong: InvalidLab[] = [];
  for (const entry of entries.filter((item) => item.isDirectory())) {
    const file = join(dir, entry.name, 'lab.json');
    try {
      const loaded = await loadLab(file);
      const fault = `${relative('.', file)}: /id: expected "${entry.name}", the folder's name, found "${loaded.lab.id}"`;
      if (loaded.lab.id !== basename(dirname(file))) throw new InvalidLab(file, [fault]);
      labs.push(loaded);
    } catch (error) {
      if (error instanceof InvalidLab) wrong.push(error);
      else wrong.push(new InvalidLab(file, [messageOf(error)], { cause: error }));
    }
  }
  labs.sort((one, other) => Number(other.lab.app === 'vns-router') - Number(one.lab.app === 'vns-router'));
  return { labs, wrong };
}

function faultLines(text: string, file: string, faults: readonly Fault[]): string[] {
  const lines = jsonLines(text);
  return faults.map(({ path, expected, found }) => {
    // A key that is missing has no line: its owner's is the nearest.
    const line = lines.get(path) ?? lines.get(path.slice(0, path.lastIndexOf('/'))) ?? 1;
    return `${file}:${line}: ${path}: expected ${expected}, found ${found}`;
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
