import { Type } from 'typebox';
import { FilterText, Name, Nothing, Port, strict, UpTo } from './interventions.ts';

const hourMs = 3_600_000;
const direction = Type.Union([Type.Literal('in'), Type.Literal('out'), Type.Literal('both')]);
const Where = Type.Union([
  Type.Object({ kind: Type.Literal('link'), switch: Name, port: Port, direction }, strict),
  Type.Object({ kind: Type.Literal('interface'), router: Name, port: Port, direction }, strict),
  Type.Object({ kind: Type.Literal('switch'), name: Name, direction }, strict),
  Type.Object({ kind: Type.Literal('router'), name: Name, direction }, strict),
  Type.Object({ kind: Type.Literal('controller'), direction }, strict),
]);
const What = Type.Union([
  Type.Object({ kind: Type.Literal('lose') }, strict),
  Type.Object({ kind: Type.Literal('delay'), ms: UpTo(60_000), jitterMs: UpTo(60_000) }, strict),
  Type.Object({ kind: Type.Literal('duplicate') }, strict),
  Type.Object({ kind: Type.Literal('reorder'), behind: Type.Integer({ minimum: 1, maximum: 100 }) }, strict),
  Type.Object({ kind: Type.Literal('corrupt'), bit: Type.Optional(UpTo(80_000)) }, strict),
  Type.Object(
    { kind: Type.Literal('rate-limit'), kbitPerSecond: Type.Integer({ minimum: 1, maximum: 10_000_000 }) },
    strict,
  ),
  Type.Object({ kind: Type.Literal('stall'), ms: UpTo(60_000) }, strict),
  Type.Object({ kind: Type.Literal('disconnect') }, strict),
  Type.Object({ kind: Type.Literal('kill') }, strict),
]);
const Count = Type.Integer({ minimum: 1, maximum: 1_000_000 });
const fault = {
  where: Where,
  what: What,
  which: Type.Object(
    {
      filter: FilterText,
      nth: Type.Optional(Count),
      every: Type.Optional(Count),
      share: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    },
    strict,
  ),
  seed: UpTo(0xffff_ffff),
  when: Type.Object({ afterMs: UpTo(hourMs), forMs: UpTo(24 * hourMs) }, strict),
};
const FaultInfo = Type.Object({
  ...fault,
  id: Type.String(),
  state: Type.Union([Type.Literal('scheduled'), Type.Literal('active'), Type.Literal('over')]),
  matched: Type.Integer(),
  affected: Type.Integer(),
  lastSeq: Type.Integer(),
  waiting: Type.Integer(),
});

/** Methods of the workbench that disturb links, interfaces, connections and programs. */
export const faultMethods = {
  'fault:list': { argument: Nothing, answer: Type.Array(FaultInfo) },
  'fault:set': { argument: Type.Object({ ...fault, id: Type.Optional(Name) }, strict), answer: FaultInfo },
  'fault:remove': { argument: Type.Object({ id: Name }, strict), answer: Type.Array(FaultInfo) },
  'fault:stop-all': { argument: Nothing, answer: Type.Array(FaultInfo) },
} as const;
