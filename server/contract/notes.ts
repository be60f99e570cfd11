import { type Static, Type } from 'typebox';

const strict = { additionalProperties: false } as const;

/** What people say of packets, in short: `revision` rises with every change, `forgotten` went with their records. */
export const CommentCount = Type.Object({
  revision: Type.Integer(),
  kept: Type.Integer(),
  forgotten: Type.Integer(),
});
export type CommentCount = Static<typeof CommentCount>;

/** A comment on a packet. */
export const PacketComment = Type.Object({
  seq: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  text: Type.String({ minLength: 1, maxLength: 2000 }),
});
export type PacketComment = Static<typeof PacketComment>;

/** Comments on packets of a running lab, as Wireshark's packet comments. */
export const noteMethods = {
  'note:set': {
    /** Longer texts than are kept are refused by the bridge, with a sentence. */
    argument: Type.Object(
      {
        seq: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
        text: Type.String({ maxLength: 20_000 }),
      },
      strict,
    ),
    answer: CommentCount,
  },
  'note:list': {
    argument: Type.Object({}, strict),
    answer: Type.Object({ ...CommentCount.properties, comments: Type.Array(PacketComment) }),
  },
} as const;
