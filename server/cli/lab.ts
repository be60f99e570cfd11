import { AppError } from '../errors.ts';
import { loadCatalog, loadLab } from '../labs/load-lab.ts';
import { catalogDir } from '../labs/project-paths.ts';
import { dissectCommand } from './dissect.ts';
import { emulateCommand } from './emulate.ts';
import { gradeCommand } from './grade.ts';

const help = `npm run lab -- COMMAND

  list            the labs of the catalogue
  check FILE…     says what is wrong with a lab.json; exits 1 when anything is
  grade LAB …     runs a lab's checks against a router (grade --help)
  dissect FILE    prints the packets of a capture (dissect --help)
  emulate …       opens an emulated network's command line here (emulate --help)
`;

/** The command line of the labs; resolves with the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args;
  switch (command) {
    case 'list':
      return rest.length === 0 ? await list() : misused('list: expected nothing behind it.');
    case 'check':
      return await check(rest);
    case 'grade':
      return await gradeCommand(rest);
    case 'dissect':
      return await dissectCommand(rest);
    case 'emulate':
      return await emulateCommand(rest);
    case undefined:
    case 'help':
    case '--help':
    case '-h':
      process.stdout.write(help);
      return command === undefined ? 2 : 0;
    default:
      return misused(`There is no command "${command}".`);
  }
}

function misused(why: string): number {
  process.stderr.write(`${why}\n\n${help}`);
  return 2;
}

async function list(): Promise<number> {
  const { labs, wrong } = await loadCatalog(catalogDir);
  const rows = labs.map(({ lab }) => {
    const points = lab.checks.reduce((sum, check) => sum + check.points, 0);
    return [lab.id, lab.title, `${lab.checks.length} checks`, `${points} points`, lab.summary];
  });
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) console.log(row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  for (const { message } of wrong) console.error(message);
  return wrong.length > 0 ? 1 : 0;
}

async function check(files: readonly string[]): Promise<number> {
  if (files.length === 0 || files.some((file) => file.startsWith('-')))
    return misused('check: expected the path of a lab.json.');
  let wrong = 0;
  for (const file of files) {
    try {
      const { lab } = await loadLab(file);
      const { hosts, switches, routers, checks } = lab;
      const parts = [`hosts: ${hosts.length}`, `switches: ${switches.length}`, `routers: ${routers.length}`];
      console.log(`${file}: ${lab.title} is right (${parts.join(', ')}, checks: ${checks.length})`);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      wrong += 1;
      console.error(error.message);
    }
  }
  return wrong > 0 ? 1 : 0;
}
