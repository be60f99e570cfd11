import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { StartLab } from './contract/rest.ts';
import { firstFault, schemaFaults } from './schema-faults.ts';

test('[API2] a wrong body is told by field, what was expected there and what was found', () => {
  const of = (value: unknown) => firstFault(StartLab, value, 'body');
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
    'body.shell: expected no such key (there are runtime, router), found "rm -rf /"',
  );
  expect(of({ router: { kind: 'network' }, runtime: 'docker' })).toBe(
    'body.runtime: expected "mininet" or "emulated", found "docker"',
  );
});

test('[API2] what is shown of a wrong value is cut', () => {
  const fault = firstFault(
    Type.Object({ port: Type.Integer({ minimum: 1, maximum: 9 }) }),
    { port: 'x'.repeat(500) },
    'query',
  );
  expect(fault?.startsWith('query.port: expected a whole number of at least 1 and at most 9, found "xxx')).toBe(true);
  expect(fault?.length).toBeLessThan(160);
});

test('[LAB1] every fault is listed, in the order of the file, below lists and free keys, too', () => {
  const schema = Type.Object(
    {
      points: Type.Number({ exclusiveMinimum: 0, maximum: 10 }),
      fields: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])),
      steps: Type.Array(Type.Object({ at: Type.Optional(Type.Boolean()) }), { maxItems: 1 }),
      name: Type.String({ minLength: 1 }),
    },
    { additionalProperties: false },
  );
  const value = { steps: [{ at: 1 }, {}], 'a/b': true, fields: { x: 1, 'ip~dst': null }, points: 0 };
  const lines = [...schemaFaults(schema, value)].map(({ path, expected, found }) => `${path}: ${expected}: ${found}`);
  expect(lines).toEqual([
    ': the key "name": nothing',
    '/steps: a list of at most 1 entries: [{"at":1},{}]',
    '/steps/0/at: true or false: 1',
    '/a~1b: no such key (there are points, fields, steps, name): true',
    '/fields/ip~0dst: text or a number: null',
    '/points: a number above 0 and at most 10: 0',
  ]);
  expect([...schemaFaults(schema, { ...value, steps: undefined })][0]).toMatchObject({ expected: 'the key "steps"' });
});

test('[API2] a value that is nested too deep to be shown is told, too', () => {
  const deep: unknown = JSON.parse('['.repeat(30_000) + ']'.repeat(30_000));
  expect(firstFault(Type.Object({}), deep, 'body')).toBe(
    'body: expected an object, found a value nested too deep to show',
  );
});

test('[API2] a key that is no word is quoted and cut', () => {
  const schema = Type.Object({}, { additionalProperties: false });
  expect(firstFault(schema, { 'a b': 1 }, 'body')).toBe('body["a b"]: expected no such key (there are none), found 1');
  expect(firstFault(schema, { ['x'.repeat(1000)]: 1 }, 'body')?.length).toBeLessThan(200);
});
