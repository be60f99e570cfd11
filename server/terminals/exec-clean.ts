import { existsSync } from 'node:fs';

/**
 * node-pty leaves the master side of every open PTY inheritable on Linux: a program in one terminal could type into
 * another. So a program starts through a line of Perl (part of every Debian) that closes what it must not have and
 * becomes the program, same process, no shell. Where there is no Perl the program starts directly.
 */
const perl = '/usr/bin/perl';
const closeAndExec = [
  'opendir my $dir, "/proc/self/fd" or die "no /proc: $!\\n";',
  'my @open = grep { /^\\d+$/ && $_ > 2 } readdir $dir;',
  'closedir $dir;',
  'for (@open) { open my $handle, "<&=", $_ and close $handle }',
  'delete $ENV{PERL_BADLANG};',
  'my $program = shift;',
  'exec { $program } @ARGV or do { print STDERR "$program: $!\\n"; exit 127 }',
].join(' ');

/** What to hand to node-pty so that `program` runs as `argv` and inherits nothing but its terminal (TERM4). */
export function execClean(
  program: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): { file: string; args: string[]; env: Record<string, string> } {
  if (process.platform !== 'linux' || !existsSync(perl)) return { file: program, args: argv.slice(1), env: { ...env } };
  // Perl warns about a locale that is not installed unless told not to.
  return { file: perl, args: ['-e', closeAndExec, program, ...argv], env: { ...env, PERL_BADLANG: '0' } };
}
