import { spawn } from 'node:child_process';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Lab } from '../../contract/lab.ts';
import type { LinkQueues } from '../../contract/status.ts';

/** One process a second, and only for a lab with a link whose bandwidth is limited. */
const everyMs = 1000;
const outputLimit = 1024 * 1024;
/** As docker/mininet/lab/links.py names the queue of a limited link, and its limit where lab.json has none. */
const queueHandle = '3:';
const defaultLimit = 1000;

/** The queues of the lab's own namespace, then those of each host that is named by its process. */
const script = 'tc -s -j qdisc show; for pid in "$@"; do mnexec -a "$pid" tc -s -j qdisc show; done';

const Qdiscs = Type.Array(
  Type.Object({ handle: Type.String(), dev: Type.Optional(Type.String()), qlen: Type.Optional(Type.Integer()) }),
);
type Qdiscs = Static<typeof Qdiscs>;

export interface QueuesOptions {
  readonly lab: Lab;
  /** argv that enters the lab's namespaces. */
  readonly enter: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Processes of the hosts, in the lab's own pid namespace. */
  readonly pids: ReadonlyMap<string, number>;
}

/** Asks `tc` what waits on limited links (RUN20) and tells it when it has changed; returns what ends that. */
export function watchTcQueues(options: QueuesOptions, tell: (queues: readonly LinkQueues[]) => void): () => void {
  const { lab, enter, env, pids } = options;
  const limited = lab.links.filter(({ impairments }) => impairments?.bandwidthMbps !== undefined);
  if (limited.length === 0) return () => undefined;
  const hosts = limited.flatMap(({ a, b }) => [a, b]).flatMap(({ node }) => pids.get(node) ?? []);
  const [program = '', ...words] = [...enter, 'sh', '-c', script, 'sh', ...new Set(hosts.map(String))];
  let last = '';
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  const ask = (): void => {
    const child = spawn(program, words, { env, stdio: ['ignore', 'pipe', 'ignore'] });
    let said = '';
    child.stdout.on('data', (data) => {
      said = (said + data).slice(-outputLimit);
    });
    // Without tc nothing is told: the next second may be better.
    child.on('error', () => undefined);
    child.on('close', () => {
      if (isOver) return;
      timer = setTimeout(ask, everyMs);
      const queues = tcQueues(lab, said);
      const text = JSON.stringify(queues);
      if (queues.length === 0 || text === last) return;
      last = text;
      tell(queues);
    });
  };
  ask();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

/** Reads what `tc -s -j` said, one array a namespace; a link of which both ends are not told is left out. */
export function tcQueues(lab: Lab, said: string): readonly LinkQueues[] {
  const waiting = new Map<string, number>();
  for (const line of said.split('\n'))
    for (const { handle, dev, qlen } of qdiscsOf(line)) if (handle === queueHandle && dev) waiting.set(dev, qlen ?? 0);
  return lab.links.flatMap(({ a, b, impairments }, link) => {
    const [there, back] = [a, b].map(({ node, port }) => waiting.get(`${node}-eth${port ?? 0}`));
    if (there === undefined || back === undefined) return [];
    const limit = impairments?.queueFrames ?? defaultLimit;
    return [{ link, there: { waiting: there, limit }, back: { waiting: back, limit } }];
  });
}

function qdiscsOf(line: string): Qdiscs {
  try {
    const read: unknown = JSON.parse(line);
    return Value.Check(Qdiscs, read) ? read : [];
  } catch {
    return [];
  }
}
