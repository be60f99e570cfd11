import { Type } from 'typebox';

/** What the methods that hold, inject and disturb frames have in common. Frames are base64, without checksum. */
export const strict = { additionalProperties: false } as const;
export const Nothing = Type.Object({}, strict);
export const Name = Type.String({ minLength: 1, maxLength: 64 });
export const Port = Type.Integer({ minimum: 0, maximum: 0xffff });
/** Some 10,000 bytes, what a router takes. */
export const FrameBytes = Type.String({ maxLength: 13_500 });
export const FilterText = Type.String({ maxLength: 2000 });
export const Point = Type.Union([
  Type.Literal('packet_in'),
  Type.Literal('to_router'),
  Type.Literal('from_router'),
  Type.Literal('packet_out'),
]);
/** An integer from 0 to `most`. */
export const UpTo = (most: number) => Type.Integer({ minimum: 0, maximum: most });
