/** The options of a program, as getopt_long wants them. */
export interface OptionSpec {
  /** One letter an option, `:` behind those that take a value: `c:i:nq`. */
  readonly short: string;
  /** Long names, where the program has any: to the letter they stand for, or to a name of their own, with `:` when that takes a value. */
  readonly long?: Readonly<Record<string, string>>;
  /** What follows the first operand is not looked at: for what runs another command. */
  readonly stopsAtOperand?: boolean;
}

/** A command line as it was understood; an option goes by its letter, or by its own name when it has none. */
export interface ParsedOptions {
  has(name: string): boolean;
  /** The last value it was given. */
  value(name: string): string | undefined;
  /** In the order of the command line. */
  readonly given: readonly { readonly name: string; readonly value: string | undefined }[];
  readonly operands: readonly string[];
}

/** A command line that is refused; the message is what the program says behind its name. */
export class UsageError extends Error {
  /** Whether the program prints its usage, too. */
  readonly showsUsage: boolean;

  constructor(message: string, showsUsage = false) {
    super(message);
    this.showsUsage = showsUsage;
  }
}

/** An option that a program does not know, or that lacks its value; the message is glibc's. */
export class OptionError extends UsageError {
  readonly reason: 'unknown' | 'ambiguous' | 'value missing' | 'value unwanted';
  /** With its dashes. */
  readonly option: string;
  /** Index in argv of the word it stands in. */
  readonly at: number;

  constructor(reason: OptionError['reason'], option: string, at: number) {
    super(sayingOf(reason, option), true);
    this.reason = reason;
    this.option = option;
    this.at = at;
  }
}

/**
 * Splits `argv` (its first word is the program's name) into options and operands (EP1): letters in clusters, values attached
 * or apart, `--long`, `--long=value`, long names cut short while they are unique, options behind operands, and `--`.
 * Throws OptionError.
 */
export function parseOptions(spec: OptionSpec, argv: readonly string[]): ParsedOptions {
  const given: { name: string; value: string | undefined }[] = [];
  const operands: string[] = [];
  let at = 1;
  const takeValue = (attached: string | undefined, option: string, where: number): string => {
    const value = attached ?? argv[at++];
    if (value === undefined) throw new OptionError('value missing', option, where);
    return value;
  };
  while (at < argv.length) {
    const where = at;
    const word = argv[at++] ?? '';
    if (word === '--') {
      operands.push(...argv.slice(at));
      break;
    }
    if (word.startsWith('--') && spec.long !== undefined) {
      const equals = word.indexOf('=');
      const attached = equals < 0 ? undefined : word.slice(equals + 1);
      const { option, target } = longOption(spec, equals < 0 ? word : word.slice(0, equals), where);
      const name = target.replace(':', '');
      if (target.endsWith(':') || takesValue(spec, target))
        given.push({ name, value: takeValue(attached, option, where) });
      else if (attached !== undefined) throw new OptionError('value unwanted', option, where);
      else given.push({ name, value: undefined });
    } else if (word.startsWith('-') && word !== '-') {
      for (let i = 1; i < word.length; i++) {
        const name = word[i] ?? '';
        if (name === ':' || !spec.short.includes(name)) throw new OptionError('unknown', `-${name}`, where);
        if (takesValue(spec, name)) {
          given.push({ name, value: takeValue(word.slice(i + 1) || undefined, `-${name}`, where) });
          break;
        }
        given.push({ name, value: undefined });
      }
    } else if (spec.stopsAtOperand) {
      operands.push(word, ...argv.slice(at));
      break;
    } else operands.push(word);
  }
  return {
    given,
    operands,
    has: (name) => given.some((option) => option.name === name),
    value: (name) => given.findLast((option) => option.name === name)?.value,
  };
}

const takesValue = (spec: OptionSpec, name: string): boolean =>
  name.length === 1 && spec.short[spec.short.indexOf(name) + 1] === ':';

function longOption(spec: OptionSpec, option: string, at: number): { option: string; target: string } {
  const known = Object.entries(spec.long ?? {});
  const exact = known.filter(([name]) => name === option.slice(2));
  const candidates = exact.length > 0 ? exact : known.filter(([name]) => name.startsWith(option.slice(2)));
  const [first] = candidates;
  if (first === undefined) throw new OptionError('unknown', option, at);
  if (candidates.some(([, target]) => target !== first[1])) throw new OptionError('ambiguous', option, at);
  return { option: `--${first[0]}`, target: first[1] };
}

function sayingOf(reason: OptionError['reason'], option: string): string {
  const isLong = option.startsWith('--') && option.length > 2;
  if (reason === 'ambiguous') return `option '${option}' is ambiguous`;
  if (reason === 'value unwanted') return `option '${option}' doesn't allow an argument`;
  if (reason === 'unknown')
    return isLong ? `unrecognized option '${option}'` : `invalid option -- '${option.slice(1)}'`;
  return isLong ? `option '${option}' requires an argument` : `option requires an argument -- '${option.slice(1)}'`;
}
