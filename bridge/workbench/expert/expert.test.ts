import { describe, expect, test } from 'vitest';
import { findMethods } from '../find.ts';
import { onward, toServer } from './testing/frames.ts';
import { Scene } from './testing/scene.ts';

describe('the list', () => {
  test('[WB100] every kind is told, also when nothing was found of it; each packet is looked at once', async () => {
    const scene = new Scene().introduced();
    const { kinds, packets, isComplete, scannedTo } = await scene.expert.findings({ after: 0, limit: 10 });
    expect(kinds.length).toBeGreaterThan(40);
    expect(kinds.every(({ count, title }) => count === 0 && title !== '')).toBe(true);
    expect({ packets, isComplete, scannedTo }).toEqual({
      packets: scene.log.logged,
      isComplete: true,
      scannedTo: scene.log.logged,
    });
    scene.given(toServer());
    scene.sent(onward({ ttl: 64 }), 1);
    expect((await scene.expert.findings({ after: 0, limit: 10 })).packets).toBe(scene.log.logged);
    const { findings, total } = await scene.expert.findings({ after: 1, limit: 10 });
    expect([findings.length, total]).toEqual([0, 1]);
  });

  test('[WB101] of a kind the newest 200 are kept; the others are counted', async () => {
    const scene = new Scene(5000).introduced();
    for (let id = 1; id <= 300; id++) {
      scene.given(toServer({ id }));
      scene.sent(onward({ id, ttl: 64 }), 1);
    }
    const { kinds, findings, dropped, total } = await scene.expert.findings({ after: 0, limit: 2000 });
    expect(kinds.find(({ kind }) => kind === 'ttl-not-decremented')).toMatchObject({
      count: 300,
      kept: 200,
      keptFromId: 101,
    });
    expect([findings.length, dropped, total]).toEqual([200, 100, 300]);
    expect(scene.expert.kindsOf(findings[0]?.seqs[0] ?? 0)).toEqual(['ttl-not-decremented']);
  });

  test('[WB102] what was forgotten unseen is not held against a router', async () => {
    const scene = new Scene(20).introduced();
    for (let id = 1; id <= 20; id++) {
      scene.given(toServer({ id }));
      scene.sent(onward({ id }), 1);
    }
    expect(await scene.found()).toEqual([]);
  });
});

test('[WB100] filters ask for what was found, and look at what is new first', async () => {
  const scene = new Scene().introduced();
  scene.given(toServer());
  const sent = scene.sent(onward({ ttl: 64 }), 1);
  const { 'trace:find': find } = findMethods(scene.log);
  const ask = (filter: string) => find({ filter, fromSeq: 1, limit: 10, asker: 'a' });
  expect(await ask('lab.finding == "ttl-not-decremented"')).toMatchObject({ seqs: [sent], matched: 1 });
  expect(await ask('lab.finding and arp')).toMatchObject({ matched: 0 });
});
