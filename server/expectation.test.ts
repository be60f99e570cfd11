import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { StartLab } from './contract/rest.ts';
import { unmetExpectation } from './expectation.ts';

test('[API2] a wrong body is told by field, what was expected there and what was found', () => {
  const of = (value: unknown) => unmetExpectation(StartLab, value, 'body');
  expect(of({ router: { kind: 'reference' } })).toBeUndefined();
  expect(of(null)).toBe('body: expected an object, found null');
  expect(of({})).toBe('body: expected the key "router", found nothing');
  expect(of({ router: { kind: 'magic' } })).toBe(
    'body.router: expected { kind: "reference", … } or { kind: "command", … } or { kind: "network", … }, found {"kind":"magic"}',
  );
  expect(of({ router: { kind: 'command', argv: [], cwd: '/' } })).toBe(
    'body.router.argv: expected a list of at least 1 and at most 64 entries, found []',
  );
  expect(of({ router: { kind: 'command', argv: ['sr', 5], cwd: '/' } })).toBe(
    'body.router.argv.1: expected text of at most 1000 characters, found 5',
  );
  expect(of({ router: { kind: 'network' }, shell: 'rm -rf /' })).toBe(
    'body: expected no key but runtime, router, found "shell"',
  );
  expect(of({ router: { kind: 'network' }, runtime: 'docker' })).toBe(
    'body.runtime: expected "mininet" or "emulated", found "docker"',
  );
});

test('[API2] what is shown of a wrong value is cut', () => {
  const fault = unmetExpectation(
    Type.Object({ port: Type.Integer({ minimum: 1, maximum: 9 }) }),
    { port: 'x'.repeat(500) },
    'query',
  );
  expect(fault?.startsWith('query.port: expected a whole number of at least 1 and at most 9, found "xxx')).toBe(true);
  expect(fault?.length).toBeLessThan(160);
});
