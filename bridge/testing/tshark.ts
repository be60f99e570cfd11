import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether tshark, the independent judge, can be run here. */
export function hasTshark(): boolean {
  return spawnSync('tshark', ['--version'], { stdio: 'ignore' }).status === 0;
}

/** Each frame for itself: no streams put together, sequence numbers as on the wire, every checksum verified. */
const preferences = [
  'tcp.relative_sequence_numbers:FALSE',
  'tcp.analyze_sequence_numbers:FALSE',
  'tcp.desegment_tcp_streams:FALSE',
  'ip.defragment:FALSE',
  'ipv6.defragment:FALSE',
  'openflow.desegment:FALSE',
  'ip.check_checksum:TRUE',
  'tcp.check_checksum:TRUE',
  'udp.check_checksum:TRUE',
];

const maxOutputBytes = 256 * 1024 * 1024;
const run = (args: readonly string[]): string =>
  execFileSync('tshark', args, {
    encoding: 'utf8',
    maxBuffer: maxOutputBytes,
    // It says on standard error that it runs as root.
    stdio: ['ignore', 'pipe', 'ignore'],
  });

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function collect(node: unknown, into: Map<string, string[]>): void {
  if (!isRecord(node)) return;
  for (const [name, value] of Object.entries(node)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (typeof one !== 'string') collect(one, into);
      else if (into.has(name)) into.get(name)?.push(one);
      else into.set(name, [one]);
    }
  }
}

/** What tshark says of each frame of a capture file: all values by field name, in their order. */
export function tsharkFields(file: string): ReadonlyMap<string, readonly string[]>[] {
  const options = preferences.flatMap((preference) => ['-o', preference]);
  const json: unknown = JSON.parse(run(['-n', '-r', file, '-T', 'json', '--no-duplicate-keys', ...options]));
  if (!Array.isArray(json)) throw new Error('tshark did not print a list of frames');
  return json.map((frame: unknown) => {
    const values = new Map<string, string[]>();
    const source = isRecord(frame) ? frame._source : undefined;
    collect(isRecord(source) ? source.layers : undefined, values);
    return values;
  });
}

/** All fields that tshark knows, with their types (`FT_UINT16`; several where dissectors share a name). */
export function tsharkFieldTypes(): ReadonlyMap<string, ReadonlySet<string>> {
  const types = new Map<string, Set<string>>();
  for (const line of run(['-G', 'fields']).split('\n')) {
    const [kind, , name = '', type = ''] = line.split('\t');
    if (kind !== 'F') continue;
    const known = types.get(name);
    if (known === undefined) types.set(name, new Set([type]));
    else known.add(type);
  }
  return types;
}

/** The names of all fields that tshark knows. */
export const tsharkFieldNames = (): ReadonlySet<string> => new Set(tsharkFieldTypes().keys());

/** A text as Lua writes it. */
const luaText = (text: string): string =>
  `"${[...new TextEncoder().encode(text)].map((byte) => `\\${String(byte).padStart(3, '0')}`).join('')}"`;

/**
 * The numbers (from 1) of the frames of a capture file that each display filter selects; a text says why tshark refuses
 * one. All filters in one run: a script gives each of them a tap of its own. Other preferences than `preferred`'s are
 * tshark's own.
 */
export function tsharkSelections(
  file: string,
  filters: readonly string[],
  preferred: readonly string[] = preferences,
): (readonly number[] | string)[] {
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-taps-'));
  try {
    const script = join(folder, 'taps.lua');
    writeFileSync(
      script,
      `for index, filter in ipairs({${filters.map(luaText).join(',')}}) do
        local seen = {}
        local made, tap = pcall(Listener.new, 'frame', filter)
        if not made then print(index .. '\t!' .. string.gsub(tostring(tap), '%s+', ' '))
        else
          function tap.packet(packet) seen[#seen + 1] = packet.number end
          function tap.draw() print(index .. '\t' .. table.concat(seen, ' ')) end
        end
      end`,
    );
    const options = preferred.flatMap((preference) => ['-o', preference]);
    const lines = run(['-n', '-q', '-r', file, '-X', `lua_script:${script}`, ...options]).split('\n');
    const answers = new Map(lines.map((line) => [Number(line.split('\t')[0]), line.slice(line.indexOf('\t') + 1)]));
    return filters.map((_, i) => {
      const answer = answers.get(i + 1) ?? '!no answer';
      if (answer.startsWith('!')) return answer.slice(1);
      return answer === '' ? [] : answer.split(' ').map(Number);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
