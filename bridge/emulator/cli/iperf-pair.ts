import type { Host } from '../host/api.ts';
import type { Programs } from '../program/program.ts';
import { runProgram, sleep } from './run-program.ts';
import { addressOf, outputLimitBytes, type TestContext } from './test-context.ts';

const iperfPort = 5001;
const iperfSeconds = 5;
/** How long one end of iperf may take to listen, or to say what it measured. */
const iperfPatienceUs = 5_000_000;
const lookEveryUs = 10_000;

/** The bandwidth between two hosts as iperf measures it (EC41); Mininet's output. Undefined when it could not be measured. */
export async function iperf(
  context: TestContext,
  client: Host,
  server: Host,
  udpBandwidth?: string,
): Promise<readonly string[] | undefined> {
  const { programs, files, wallMs, write, signal } = context;
  const protocol = udpBandwidth === undefined ? 'tcp' : 'udp';
  write(`*** Iperf: testing ${protocol.toUpperCase()} bandwidth between ${client.name} and ${server.name} \n`);
  const address = addressOf(server);
  if (address === undefined) {
    write(`${server.name} has no address\n`);
    return undefined;
  }
  const isOpen = (port: number) =>
    server
      .sockets()
      .some(({ local, protocol: own, state }) => local.port === port && own === protocol && /^(LISTEN)?$/.test(state));
  // What listens there already is a service of the lab, and stays.
  let port = iperfPort;
  while (isOpen(port)) port++;
  const common = ['iperf', '-p', String(port), ...(udpBandwidth === undefined ? [] : ['-u'])];
  const stop = new AbortController();
  const onAbort = () => stop.abort();
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  const heard: string[] = [];
  const listening = runProgram({
    host: server,
    programs: withListener(programs, (text) => heard.push(text)),
    files: files(server),
    argv: [...common, '-s'],
    wallMs,
    signal: stop.signal,
    outputLimitBytes,
  });
  let hasEnded = false;
  void listening.then(() => {
    hasEnded = true;
  });
  const within = async (isDone: () => boolean): Promise<boolean> => {
    for (let waited = 0; !isDone() && !hasEnded && waited < iperfPatienceUs; waited += lookEveryUs)
      if (!(await sleep(server, lookEveryUs, signal))) return false;
    return isDone();
  };
  try {
    if (!(await within(() => isOpen(port)))) {
      stop.abort();
      const { output } = await listening;
      if (!signal.aborted)
        write(`Could not connect to iperf on port ${port}${output === '' ? '' : `: ${output.trim()}`}\n`);
      return undefined;
    }
    const bandwidth = udpBandwidth === undefined ? [] : ['-b', udpBandwidth];
    const argv = [...common, '-t', String(iperfSeconds), '-c', address, ...bandwidth];
    const told = await runProgram({
      host: client,
      programs,
      files: files(client),
      argv,
      wallMs,
      signal,
      outputLimitBytes,
    });
    await within(() => /\/sec/.test(heard.join('')));
    stop.abort();
    const { output } = await listening;
    if (signal.aborted) return undefined;
    const measured = [rateOf(output, write), rateOf(told.output, write)];
    const results = udpBandwidth === undefined ? measured : [udpBandwidth, ...measured];
    write(`*** Results: [${results.map((result) => `'${result}'`).join(', ')}]\n`);
    return measured.includes('') ? undefined : results;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** The programs, with an iperf whose output is heard while it runs. */
function withListener(programs: Programs, listen: (text: string) => void): Programs {
  const program = programs.get('iperf');
  if (program === undefined) return programs;
  const decoder = new TextDecoder();
  return new Map([
    [
      'iperf',
      {
        ...program,
        run: (process) => {
          const { stdout } = process;
          const write = (data: string | Uint8Array) => {
            listen(typeof data === 'string' ? data : decoder.decode(data, { stream: true }));
            stdout.write(data);
          };
          return program.run({ ...process, stdout: { write, drained: () => stdout.drained() } });
        },
      },
    ],
  ]);
}

function rateOf(output: string, write: (text: string) => void): string {
  const rate = [...output.matchAll(/([\d.]+ \w+\/sec)/g)].at(-1)?.[1];
  if (rate === undefined) write(`could not parse iperf output: ${output}\n`);
  return rate ?? '';
}
