import { describe, expect, test } from 'vitest';
import type { Point } from '../../bridge/packet/trace-batch.ts';
import { datagram, echo, icmpMessage } from '../../bridge/router/testing/frames.ts';
import { client, eth3 } from '../../bridge/router/testing/network.ts';
import type { Expectation } from '../contract/lab.ts';
import { FakeLog, GradingLabs, variable } from '../testing/grading-labs.ts';
import { type Evidence, judge } from './expectations.ts';
import { logEnd, readStepLog } from './step-log.ts';
import { labVariables } from './variables.ts';

const labs = new GradingLabs([]);
const variables = labVariables(labs.lab, labs.status('simple-router'));

function evidence(output: string, more: Partial<Evidence['exec']> = {}): Evidence {
  const exec = { exitCode: 0, signal: null, output, truncated: false, timedOut: false, durationMs: 1, ...more };
  return { lab: labs.lab, variables, exec, log: { records: [], firstSeq: 0, lastSeq: 0 } };
}
const output = (matches: string, count?: { min?: number; max?: number }): Expectation => ({
  kind: 'output',
  matches,
  because: 'why',
  ...(count && { count }),
});

describe('output', () => {
  test('[GRADE5] a match in any line passes and shows that line', () => {
    expect(
      judge(
        output('^3 packets transmitted, 3 received'),
        evidence('PING\n3 packets transmitted, 3 received, 0% loss\n'),
      ),
    ).toEqual({
      passed: true,
      because: 'why',
      expected: '"3 packets transmitted, 3 received"',
      observed: '3 packets transmitted, 3 received, 0% loss',
    });
  });

  test('[GRADE5] no match shows the end of the output, or says that there is none', () => {
    const said = 'PING\n\n3 packets transmitted, 1 received\nrtt min\n';
    expect(judge(output('3 received'), evidence(said))).toMatchObject({
      passed: false,
      observed: 'PING\n3 packets transmitted, 1 received\nrtt min',
    });
    expect(judge(output('3 received'), evidence('\n'))).toMatchObject({ observed: 'no output at all' });
  });

  test('[GRADE5] counts are exact in words', () => {
    const twice = evidence(' 1  10.0.1.1  0.5 ms\n 2  10.0.1.100  0.7 ms\n');
    expect(judge(output('^ *\\d+  ', { min: 2, max: 2 }), twice).passed).toBe(true);
    expect(judge(output('^ *\\d+  ', { min: 1, max: 1 }), twice)).toMatchObject({
      passed: false,
      expected: 'once: text that matches /^ *\\d+  /',
      observed: '2 times: 1  10.0.1.1  0.5 ms\n2  10.0.1.100  0.7 ms',
    });
    expect(judge(output('saved', { max: 0 }), evidence('all saved'))).toMatchObject({ expected: 'never: "saved"' });
  });

  test('[GRADE4] an address is taken literally, a MAC in either case', () => {
    expect(
      judge(output(`^From ${variable('router.eth3.address')} `), evidence('From 10.0.1.1 icmp_seq=1')).passed,
    ).toBe(true);
    expect(
      judge(output(`^From ${variable('router.eth3.address')} `), evidence('From 10x0y1z1 icmp_seq=1')).passed,
    ).toBe(false);
    expect(judge(output(variable('router.eth3.mac')), evidence('[0E:00:00:00:00:03]'))).toMatchObject({
      passed: true,
      expected: '"0e:00:00:00:00:03"',
    });
  });
});

test('[GRADE5] exit codes', () => {
  const wanted: Expectation = { kind: 'exit', codes: [0, 1], because: 'why' };
  expect(judge(wanted, evidence('', { exitCode: 1 }))).toMatchObject({ passed: true, expected: 'exit code 0 or 1' });
  expect(judge(wanted, evidence('', { exitCode: 4 }))).toMatchObject({ passed: false, observed: 'exit code 4' });
  expect(judge(wanted, evidence('', { exitCode: null, signal: 'SIGSEGV' }))).toMatchObject({
    observed: 'ended by SIGSEGV',
  });
});

describe('packets', () => {
  const request = datagram({ from: client, via: eth3.mac, to: '192.168.2.2', protocol: 1, payload: echo(1), ttl: 1 });
  const exceeded = datagram({
    from: eth3,
    via: client.mac,
    to: '10.0.1.100',
    protocol: 1,
    payload: icmpMessage(11, 0, [0, 0, 0, 0], request.subarray(14, 42)),
  });
  const wanted = (
    fields: Extract<Expectation, { kind: 'packets' }>['fields'],
    count: { min?: number; max?: number },
    at = 'eth3',
  ): Expectation => ({
    kind: 'packets',
    point: 'from_router',
    at,
    fields,
    count,
    because: 'why',
  });

  async function afterPackets(...packets: (readonly [Point, number, Uint8Array])[]): Promise<Evidence> {
    const log = new FakeLog();
    log.add('from_router', 3, exceeded);
    const from = await logEnd(log);
    for (const [point, port, frame] of packets) log.add(point, port, frame);
    return { ...evidence(''), log: await readStepLog(log, from) };
  }

  test('[GRADE5] those of the step at that interface with all the fields count', async () => {
    const fields = { 'icmp.type': 11, 'ip.src': variable('router.eth3.address'), 'quoted.ip.dst': '192.168.2.2' };
    const seen = await afterPackets(
      ['to_router', 3, request],
      ['from_router', 3, exceeded],
      ['from_router', 1, exceeded],
    );
    expect(seen.log).toMatchObject({ firstSeq: 2, lastSeq: 4 });
    const result = judge(wanted(fields, { min: 1, max: 1 }), seen);
    expect(result).toMatchObject({
      passed: true,
      expected: '1 packet at from_router eth3 with icmp.type 11, ip.src 10.0.1.1, quoted.ip.dst 192.168.2.2',
    });
    expect(result.observed).toMatch(/^1 packet at from_router eth3\n#3 10\.0\.1\.1 → 10\.0\.1\.100 ICMP /);
  });

  test('[GRADE5] when none is right the closest is named with what is wrong about it', async () => {
    const seen = await afterPackets(['from_router', 3, exceeded]);
    const result = judge(wanted({ 'icmp.type': 3, 'ip.dst': '10.0.1.100' }, { min: 1 }), seen);
    expect(result.passed).toBe(false);
    expect(result.observed).toMatch(
      /^none among 1 packet at from_router eth3, the closest:\n#2 .* \(icmp\.type 11 instead of 3\)$/,
    );
    expect(judge(wanted({ 'tcp.dstport': 80 }, { min: 1 }), seen).observed).toBe(
      'nothing like it among 1 packet at from_router eth3',
    );
    expect(judge(wanted({ 'icmp.type': 3 }, { min: 1 }, 'eth1'), seen).observed).toBe(
      'no packet at all at from_router eth1',
    );
  });

  test('[GRADE5] of a list of values a field has one', async () => {
    const seen = await afterPackets(['from_router', 3, exceeded]);
    expect(judge(wanted({ 'icmp.type': [3, 11] }, { min: 1, max: 1 }), seen)).toMatchObject({
      passed: true,
      expected: '1 packet at from_router eth3 with icmp.type 3 or 11',
    });
    expect(judge(wanted({ 'icmp.type': [0, 8], 'ip.dst': '10.0.1.100' }, { min: 1 }), seen).observed).toMatch(
      /icmp\.type 11 instead of 0 or 8/,
    );
  });

  test('[GRADE5] what an ICMP error quotes is not taken for its own', async () => {
    const seen = await afterPackets(['from_router', 3, exceeded]);
    expect(judge(wanted({ 'ip.dst': '192.168.2.2' }, { min: 1 }), seen).passed).toBe(false);
    expect(judge(wanted({ 'icmp.type': 8 }, { min: 1 }), seen).passed).toBe(false);
    expect(judge(wanted({ 'quoted.icmp.type': 8, 'quoted.ip.ttl': 1 }, { min: 1 }), seen).passed).toBe(true);
  });

  test('[GRADE5] what must not be there is named when it is', async () => {
    const leak = await afterPackets(['from_router', 1, request]);
    const never = wanted({ 'ip.ttl': 1 }, { max: 0 }, 'eth1');
    expect(judge(never, await afterPackets())).toMatchObject({ passed: true, observed: 'none at from_router eth1' });
    expect(judge(never, leak)).toMatchObject({
      passed: false,
      expected: 'no packet at from_router eth1 with ip.ttl 1',
    });
    expect(judge(never, leak).observed).toMatch(/^1 packet at from_router eth1\n#2 /);
  });
});
