import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Lab } from '../contract/lab.ts';
import { InvalidLab, loadCatalog, loadLab, parseLab } from './load-lab.ts';
import { catalogDir } from './project-paths.ts';

const simpleRouter = await readFile(join(catalogDir, 'simple-router/lab.json'), 'utf8');
const learningSwitch = await readFile(join(catalogDir, 'learning-switch/lab.json'), 'utf8');

/** A placeholder of a check: dollar sign and braces. */
const placeholderOf = (name: string): string => `$\{${name}}`;

/** The faults of the Simple Router lab after a change, without the file's name and line. */
function faultsAfter(change: (lab: Lab & Record<string, unknown>) => void, text = simpleRouter): string[] {
  const lab = JSON.parse(text);
  change(lab);
  return faultsOf(JSON.stringify(lab)).map((fault) => fault.replace(/^x\.json:\d+: /, ''));
}

function faultsOf(text: string): readonly string[] {
  try {
    parseLab(text, 'x.json');
    return [];
  } catch (error) {
    if (error instanceof InvalidLab) return error.faults;
    throw error;
  }
}

test('[LAB1] every lab of the catalogue is right', async () => {
  const { labs, wrong } = await loadCatalog(catalogDir);
  expect(wrong.map(({ message }) => message)).toEqual([]);
  expect(labs.map(({ lab }) => lab.id)).toEqual(['simple-router', 'learning-switch']);
  for (const { guide, lab } of labs) expect(guide).toMatch(`# ${lab.title}`);
});

test('[LAB1] a wrong value is named with file, line, path, what was expected and what stands there', () => {
  const text = simpleRouter.replace('"gateway": "172.64.3.1"', '"gateway": "172.64.3"');
  const line = text.split('\n').findIndex((row) => row.includes('"gateway": "172.64.3"')) + 1;
  expect(faultsOf(text)).toEqual([`x.json:${line}: /hosts/1/gateway: expected an IPv4 address, found "172.64.3"`]);
});

test('[LAB1] the whole list of faults comes at once, unknown keys among them', () => {
  const faults = faultsAfter((lab) => {
    Object.assign(lab, { id: 'Simple Router', hours: '6', colour: 'red', app: 'pox' });
    for (const command of lab.commands) command.argv = [];
  });
  expect(faults).toContain('/hours: expected a number, found "6"');
  expect(faults).toContain('/app: expected "vns-router" or "l2-learning", found "pox"');
  expect(
    faults.filter((fault) => fault.endsWith('/argv: expected a list of at least 1 and at most 40 entries, found []'))
      .length,
  ).toBe(14);
  expect(faults.some((fault) => /^\/colour: expected no such key \(.*title.*\), found "red"$/.test(fault))).toBe(true);
});

test('[LAB1] of an expectation, only the faults of its own kind are named', () => {
  const step = { host: 'client', argv: ['ping'], timeoutMs: 1000, expect: [{ kind: 'output', because: 'x' }] };
  const check = { id: 'a', title: 'a', points: 1, requirement: 'R', steps: [step] };
  expect(faultsAfter((lab) => Object.assign(lab, { checks: [check] }))).toEqual([
    '/checks/0/steps/0/expect/0: expected the key "matches", found nothing',
  ]);
});

test('[LAB1] text that is not JSON is named with its line', () => {
  expect(faultsOf('{\n  "id": "x",\n  oops\n}')[0]).toMatch(/^x\.json:3: expected JSON, found: /);
});

test('[LAB2] names are unique, and links and commands name nodes that exist', () => {
  const faults = faultsAfter((lab) => {
    Object.assign(lab.hosts[1] ?? {}, { name: 'server1' });
    Object.assign(lab.commands[0] ?? {}, { host: 'server9' });
  });
  expect(faults).toContain(
    '/hosts/1/name: expected a name that no other node has (c0 is the controller), found "server1"',
  );
  expect(faults).toContain('/links/1/a/node: expected the name of a host or a switch, found "server2"');
  expect(faults).toContain('/commands/0/host: expected the name of a host, found "server9"');
});

test('[LAB3] a switch port has one link, a host one link and no port', () => {
  const faults = faultsAfter((lab) => {
    Object.assign(lab.links[1]?.b ?? {}, { port: 1 });
    Object.assign(lab.links[2]?.a ?? {}, { port: 7 });
  });
  expect(faults).toContain('/links/1/b/port: expected a port of sw0 without another link, found 1');
  expect(faults).toContain('/links/2/a/port: expected no port, as the node is a host, found 7');
  expect(faults).toContain('/routers/0/interfaces/1/port: expected a port of sw0 that a link has, found 2');
});

test('[LAB3] an interface name longer than the kernel allows is refused', () => {
  const text = simpleRouter.replaceAll('sw0', 'switchZero');
  const faults = faultsAfter((lab) => Object.assign(lab.links[0]?.b ?? {}, { port: 65000 }), text);
  expect(faults).toContain(
    '/links/0/b/port: expected an interface name of at most 15 characters, found "switchZero-eth65000"',
  );
});

test('[LAB4] addresses and masks are in range, and no two nodes share an address', () => {
  const faults = faultsAfter((lab) => {
    Object.assign(lab.hosts[0] ?? {}, { address: '192.168.2.256/32' });
    Object.assign(lab.hosts[1] ?? {}, { address: '10.0.1.100/33' });
    Object.assign(lab.routers[0]?.interfaces[0] ?? {}, { mask: '255.0.255.0', address: '10.0.1.100' });
  });
  expect(faults).toEqual([
    '/hosts/0/address: expected an IPv4 address, found "192.168.2.256"',
    '/hosts/1/address: expected a prefix length from 0 to 32, found "10.0.1.100/33"',
    '/hosts/1/address: expected an address that no other node has, found "10.0.1.100/33"',
    '/routers/0/interfaces/0/mask: expected a network mask like 255.255.255.0, found "255.0.255.0"',
    '/routers/0/interfaces/0/address: expected an address that no other node has, found "10.0.1.100"',
  ]);
});

test('[LAB4] a host alone in its network needs a gateway, another one in its network', () => {
  const faults = faultsAfter((lab) => {
    delete lab.hosts[0]?.gateway;
    Object.assign(lab.hosts[1] ?? {}, { address: '172.64.3.10/24', gateway: '172.64.4.1' });
  });
  expect(faults).toEqual([
    '/hosts/0: expected the key "gateway", as /32 reaches nobody without one, found nothing',
    '/hosts/1/gateway: expected an address in 172.64.3.10/24, found "172.64.4.1"',
  ]);
});

test('[LAB5] routes lead to interfaces that the router has, and an app has the routers that it needs', () => {
  const route = faultsAfter((lab) => Object.assign(lab.routers[0]?.rtable[0] ?? {}, { interface: 'eth9' }));
  expect(route).toEqual(['/routers/0/rtable/0/interface: expected an interface of router, found "eth9"']);
  expect(faultsAfter((lab) => Object.assign(lab, { app: 'l2-learning' }))).toEqual([
    '/routers: expected no router with this app, found "l2-learning"',
  ]);
  expect(faultsAfter((lab) => Object.assign(lab, { app: 'vns-router' }), learningSwitch)[0]).toMatch(/^\/routers: /);
});

test('[LAB15] what a link does makes sense together', () => {
  const faults = faultsAfter((lab) => {
    Object.assign(lab.links[0] ?? {}, { impairments: { jitterMs: 3, delayMs: 2, queueFrames: 10 } });
    Object.assign(lab.links[1] ?? {}, { impairments: { reorderPercent: 5 } });
    Object.assign(lab.links[2] ?? {}, {
      impairments: { delayMs: 2, jitterMs: 2, reorderPercent: 5, bandwidthMbps: 1, queueFrames: 10, lossPercent: 100 },
    });
  });
  expect(faults).toEqual([
    '/links/0/impairments/jitterMs: expected a jitter of at most the delay (delayMs: 2), found 3',
    '/links/0/impairments: expected the key "bandwidthMbps", as frames queue only for a bandwidth, found nothing',
    '/links/1/impairments: expected the key "delayMs", as frames overtake only those that are delayed, found nothing',
  ]);
  const wrong = faultsAfter((lab) => Object.assign(lab.links[0] ?? {}, { impairments: { lossPercent: 101, rate: 1 } }));
  expect(wrong.map((fault) => fault.split(': ')[0])).toEqual([
    '/links/0/impairments/lossPercent',
    '/links/0/impairments/rate',
  ]);
});

test('[LAB6] a check names hosts, points of the trace and values that exist, and its patterns compile', () => {
  const expectations = [
    { kind: 'output', matches: '([', because: 'x' },
    { kind: 'output', matches: placeholderOf('router.eth9.mac'), because: 'x' },
    {
      kind: 'output',
      matches: `from ${placeholderOf('router.eth3.mac')}|${placeholderOf('server1.address')}`,
      because: 'x',
    },
    { kind: 'packets', point: 'middle', fields: {}, count: { min: 2, max: 1 }, because: 'x' },
  ];
  const step = { host: 'nobody', argv: ['ping'], timeoutMs: 1000, expect: expectations };
  const check = { id: 'a', title: 'a', points: 1, requirement: 'R', steps: [step] };
  const faults = faultsAfter((lab) => Object.assign(lab, { checks: [check, check] }));
  const paths = new Set(faults.map((fault) => fault.split(': ')[0]));
  expect([...paths]).toEqual([
    '/checks/1/id',
    ...[0, 1].flatMap((at) =>
      ['host', 'expect/0/matches', 'expect/1/matches', 'expect/3/point', 'expect/3/count'].map(
        (path) => `/checks/${at}/steps/0/${path}`,
      ),
    ),
  ]);
});

test('[LAB7] a lab of the catalogue has the name of its folder; a wrong one does not hide the others', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'patchbay-catalog-'));
  try {
    for (const [folder, text] of [
      ['a', '{'],
      ['b', simpleRouter],
      ['learning-switch', learningSwitch],
    ] as const) {
      await mkdir(join(dir, folder));
      await writeFile(join(dir, folder, 'lab.json'), text);
    }
    const { labs, wrong } = await loadCatalog(dir);
    expect(labs.map(({ lab, guide }) => [lab.id, guide])).toEqual([['learning-switch', '']]);
    expect(wrong.length).toBe(2);
    expect(wrong[1]?.message).toMatch(/b\/lab\.json: \/id: expected "b", the folder's name, found "simple-router"$/);
    await expect(loadLab(join(dir, 'none', 'lab.json'))).rejects.toMatchObject({ code: 'not-found' });
  } finally {
    await rm(dir, { recursive: true });
  }
});

test('[LAB21] a requirement names a heading of the guide, and each rule once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lab-'));
  try {
    const file = join(folder, 'lab.json');
    const lab = JSON.parse(simpleRouter);
    lab.requirements = [{ rule: 'RT10', section: 'r1-answer-arp' }];
    await writeFile(file, JSON.stringify(lab));
    await writeFile(join(folder, 'guide.md'), '# Guide\n\n```\n## R1 · Answer ARP\n```\n');
    await expect(loadLab(file)).rejects.toThrow(
      '/requirements/0/section: expected the anchor of a heading of guide.md, found "r1-answer-arp"',
    );
    await writeFile(join(folder, 'guide.md'), '# Guide\n\n### **R1** · Answer `ARP`\n');
    expect((await loadLab(file)).lab.requirements).toHaveLength(1);
  } finally {
    await rm(folder, { recursive: true });
  }
  expect(
    faultsAfter((lab) => {
      lab.requirements = [
        { rule: 'RT10', section: 'a' },
        { rule: 'RT10', section: 'b' },
      ];
    }),
  ).toEqual(['/requirements/1/rule: expected a value that no other entry has, found "RT10"']);
  const colour = faultsAfter((lab) =>
    Object.assign(lab, { requirements: [{ rule: 'x', section: 'a', colour: 'red' }] }),
  );
  expect(colour.some((fault) => fault.startsWith('/requirements/0/colour: expected no such key'))).toBe(true);
  expect(colour).toContain('/requirements/0/rule: expected a rule like RT10, found "x"');
});

test('[LAB21] every rule that a finding or a comparison may name has its section in the Simple Router lab', async () => {
  const { lab } = await loadLab(join(catalogDir, 'simple-router/lab.json'));
  const stated = new Set(lab.requirements?.map(({ rule }) => rule));
  const reasons = await readFile(join(catalogDir, '../../bridge/workbench/why/reasons.ts'), 'utf8');
  const named = [...reasons.matchAll(/^ {2}(RT\d+): /gm)].map(([, rule]) => rule);
  expect(named.length).toBeGreaterThan(6);
  expect(named.filter((rule) => !stated.has(rule ?? ''))).toEqual([]);
});
