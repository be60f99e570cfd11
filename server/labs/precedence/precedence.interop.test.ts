import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { projectDir } from '../project-paths.ts';
import { type Carrier, carrierNice, Precedence } from './precedence.ts';
import { hasChildren, processorSeconds, processorsOf, sessionNice } from './scheduling.ts';

const times = { lookMs: 100, fullMs: 500, calmMs: 1000 };
/** How much each carrier takes of a processor is planned here, so that it is the same on a busy machine. */
const taking = (shares: Partial<Record<Carrier['part'], number>>) => ({
  ...times,
  usedS: ({ part }: Carrier) => ((shares[part] ?? 0) * performance.now()) / 1000,
});
const busySwitch = taking({ switch: 0.6 });
const log = { debug: () => undefined };
const compiled = join(projectDir, 'dist/server/labs/precedence');
const unheard = (): void => undefined;
const idle = ['sleep', '600'];
/** Tells its number and stays. */
const threadProgram = `
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', () => undefined);
  parentPort.postMessage(Number(require('node:fs').readlinkSync('/proc/thread-self').split('/').at(-1)));
`;
/** Gives its session a weight, has precedence and gives it back, and tells each time what the session has. */
const sessionProgram = `
  import { setTimeout as delay } from 'node:timers/promises';
  const { Precedence } = await import(${JSON.stringify(join(compiled, 'precedence.js'))});
  const { sessionNice, setSessionNice } = await import(${JSON.stringify(join(compiled, 'scheduling.js'))});
  const [sw, own] = [Number(process.argv[1]), process.pid];
  const tell = () => process.stdout.write(sessionNice(own) + ' ');
  const usedS = ({ part }) => ((part === 'switch' ? 0.6 : 0) * performance.now()) / 1000;
  const precedence = new Precedence({ debug: () => undefined }, { lookMs: 100, fullMs: 500, calmMs: 1000, usedS });
  setSessionNice(own, 3);
  tell();
  let isGiven = false;
  const leave = precedence.lookAfter(
    () => [{ part: 'switch', pid: sw, thread: sw }, { part: 'bridge', pid: own, thread: own }],
    (given) => { isGiven = given; },
  );
  while (!isGiven) await delay(20);
  tell();
  leave();
  tell();
`;
const running: ChildProcess[] = [];

/** A process in a session of its own, as the switch and a router are. */
function start(part: Carrier['part'], argv: readonly string[]): Carrier {
  const [file = '', ...args] = argv;
  const child = spawn(file, args, { detached: true, stdio: 'ignore' });
  running.push(child);
  const { pid = 0 } = child;
  return { part, pid, thread: pid };
}
const nices = (...carriers: Carrier[]): number[] => carriers.map(({ thread }) => getPriority(thread));
const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000 });

afterEach(() => {
  for (const { pid = 0 } of running.splice(0)) process.kill(-pid, 'SIGKILL');
});

describe.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)('precedence', () => {
  const areSessionsGroups = sessionNice(process.pid) !== undefined;

  test('[RUN21] goes to all carriers of a busy lab and their sessions, and leaves everything as it was', async () => {
    const [sw, router] = [start('switch', idle), start('router', idle)];
    const worker = new Worker(threadProgram, { eval: true });
    const [thread] = await once(worker, 'message');
    const bridge: Carrier = { part: 'bridge', pid: process.pid, thread };
    const before = nices(sw, bridge, router);
    const heard: boolean[] = [];
    const tell = (isGiven: boolean): number => heard.push(isGiven);
    const leave = new Precedence(log, busySwitch).lookAfter(() => [sw, bridge, router], tell);
    await until(() => expect(nices(sw, bridge, router)).toEqual([carrierNice, carrierNice, carrierNice]));
    if (areSessionsGroups) expect([sw, router].map(({ pid }) => sessionNice(pid))).toEqual([carrierNice, carrierNice]);
    leave();
    expect(nices(sw, bridge, router)).toEqual(before);
    expect(heard).toEqual([true, false]);
    await worker.terminate();
  });

  // In a process with a session of its own: that of the tests is shared by those that run labs meanwhile.
  test.runIf(areSessionsGroups)("[RUN21] the bridge's session has it, too, and then what it had before", async () => {
    const sw = start('switch', idle);
    const child = spawn(process.execPath, ['--input-type=module', '--eval', sessionProgram, String(sw.pid)], {
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: 60_000,
    });
    let told = '';
    child.stdout.on('data', (data) => {
      told += data;
    });
    const [code] = await once(child, 'close');
    expect([code, told.trim().split(' ').map(Number)]).toEqual([0, [3, carrierNice, 3]]);
  });

  test('[RUN21] is not needed where little is carried', async () => {
    const [ofBusyLab, ofQuietLab] = [start('switch', idle), start('switch', idle)];
    const usedS = ({ pid }: Carrier) => ((pid === ofBusyLab.pid ? 0.6 : 0.2) * performance.now()) / 1000;
    const precedence = new Precedence(log, { ...times, usedS });
    const leaves = [ofBusyLab, ofQuietLab].map((each) => precedence.lookAfter(() => [each], unheard));
    await until(() => expect(nices(ofBusyLab)).toEqual([carrierNice]));
    expect(nices(ofQuietLab)).toEqual([0]);
    for (const leave of leaves) leave();
  });

  test('[RUN21] ends when one of them fills a processor; who looks after the lab hears of both', async () => {
    const heard: boolean[] = [];
    const [sw, router] = [start('switch', idle), start('router', idle)];
    let ofRouter = 0.1;
    const usedS = ({ part }: Carrier) => ((part === 'switch' ? 0.6 : ofRouter) * performance.now()) / 1000;
    const tell = (isGiven: boolean): number => heard.push(isGiven);
    const leave = new Precedence(log, { ...times, usedS }).lookAfter(() => [sw, router], tell);
    await until(() => expect(nices(sw, router)).toEqual([carrierNice, carrierNice]));
    await until(() => expect(heard).toEqual([true]));
    ofRouter = 1.2;
    await until(() => expect(nices(sw, router)).toEqual([0, 0]));
    await until(() => expect(heard).toEqual([true, false]));
    if (areSessionsGroups) expect(sessionNice(router.pid)).toBe(0);
    leave();
  });

  test('[RUN21] is not for a script: what the router that it starts takes is not seen', async () => {
    const script = start('router', ['sh', '-c', 'sleep 600; true']);
    await until(() => expect(hasChildren(script.pid)).toBe(true));
    const sw = start('switch', idle);
    const leave = new Precedence(log, busySwitch).lookAfter(() => [script, sw], unheard);
    await until(() => expect(nices(sw)).toEqual([carrierNice]));
    expect(nices(script)).toEqual([0]);
    leave();
  });

  test('[RUN21] does no harm for a carrier that is gone, and takes the time of the others from the system', async () => {
    const sw = start('switch', idle);
    const gone: Carrier = { part: 'router', pid: 4_194_305, thread: 4_194_305 };
    expect(processorSeconds(gone)).toBeUndefined();
    expect(processorSeconds(sw)).toBeLessThan(5);
    const usedS = (carrier: Carrier) =>
      processorSeconds(carrier) === undefined ? undefined : busySwitch.usedS(carrier);
    const leave = new Precedence(log, { ...times, usedS }).lookAfter(() => [gone, sw], unheard);
    await until(() => expect(nices(sw)).toEqual([carrierNice]));
    leave();
  });

  test.runIf(processorsOf('self').length === 2)(
    '[RUN21] switch and bridge keep to one of two processors each, a router to none, as long as it is needed',
    async () => {
      const carriers = [start('switch', idle), start('bridge', idle), start('router', idle)];
      const places = () => carriers.map(({ thread }) => processorsOf(thread));
      const leave = new Precedence(log, busySwitch).lookAfter(() => carriers, unheard);
      const both = processorsOf('self');
      await until(() => expect(places()).toEqual([[both[0]], [both[1]], both]));
      leave();
      await until(() => expect(places()).toEqual([both, both, both]));
    },
  );
});
