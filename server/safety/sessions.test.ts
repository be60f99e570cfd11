import { expect, test } from 'vitest';
import { ownHosts } from './own-hosts.ts';
import { passwordCheck } from './password.ts';
import { Sessions, sessionCookieOf } from './sessions.ts';

test('[SEC4] a session is a signed cookie that ends by itself after twelve hours', () => {
  let nowMs = 0;
  const sessions = new Sessions(() => nowMs);
  const closed: string[] = [];
  sessions.onClose((id) => closed.push(id));
  const cookie = sessions.open();
  const id = sessions.find(cookie) ?? '';
  expect(id.length).toBe(43);
  for (const wrong of [undefined, '', '.', id, `${id}.`, `${id}.x`, `x${cookie}`, `${cookie}x`, new Sessions().open()])
    expect(sessions.find(wrong)).toBeUndefined();
  nowMs = 12 * 60 * 60 * 1000 - 1;
  expect(sessions.find(cookie)).toBe(id);
  nowMs += 1;
  expect(sessions.find(cookie)).toBeUndefined();
  expect(closed).toEqual([id]);
});

test('[SEC4] the session cookie is found among others, and only by its whole name', () => {
  expect(sessionCookieOf('a=1; patchbay_session=x.y; b=2')).toBe('x.y');
  expect(sessionCookieOf('xpatchbay_session=x.y')).toBeUndefined();
  expect(sessionCookieOf(undefined)).toBeUndefined();
});

test('[SEC4] a password matches itself only, however it is composed', async () => {
  const check = await passwordCheck('caf\u00e9 漢字');
  expect(await check.matches('cafe\u0301 漢字')).toBe(true);
  for (const wrong of ['', 'cafe 漢字', 'caf\u00e9 漢字 ', 'x'.repeat(1000)])
    expect(await check.matches(wrong)).toBe(false);
});

test('[SEC2] beyond loopback a server knows the addresses of its machine, and no others', () => {
  const hosts = ownHosts('0.0.0.0', ['lab.example.edu:8443']);
  expect(hosts.isOwn('lab.example.edu:8443')).toBe(true);
  expect(hosts.isOwn('lab.example.edu')).toBe(false);
  expect(hosts.isOwn('203.0.113.77:8070')).toBe(false);
  expect(hosts.isOwn('localhost:1')).toBe(true);
  expect(hosts.isOwn(undefined)).toBe(false);
  expect(ownHosts('192.168.1.5', []).isOwn('192.168.1.5:8070')).toBe(true);
  expect(ownHosts('fe80::1', []).isOwn('[fe80::1]:8070')).toBe(true);
});

test('[SEC1] an origin is own only when it is the very host that was asked', () => {
  const hosts = ownHosts('127.0.0.1', ['lab.example.edu']);
  expect(hosts.isOwnOrigin('http://127.0.0.1:8070', '127.0.0.1:8070')).toBe(true);
  expect(hosts.isOwnOrigin('https://lab.example.edu', 'lab.example.edu')).toBe(true);
  for (const [origin, host] of [
    ['http://localhost:8070', '127.0.0.1:8070'],
    ['http://127.0.0.1:3000', '127.0.0.1:8070'],
    ['null', '127.0.0.1:8070'],
    ['file://127.0.0.1:8070', '127.0.0.1:8070'],
    ['http://127.0.0.1:8070/x', '127.0.0.1:8070'],
    ['http://evil.example', 'evil.example'],
  ] as const)
    expect(hosts.isOwnOrigin(origin, host)).toBe(false);
});
