/** Names of numbers, as a declaration writes them. */
export type NumberNames = Readonly<Record<string, number>>;

/** What a declaration says of its shape without any bytes: for who lists fields instead of reading them (CD9). */
export type About =
  /** `names` of single values; of bits when the number is a set of them. */
  | { readonly kind: 'number'; readonly bits: number; readonly names?: NumberNames; readonly isSet?: boolean }
  | { readonly kind: 'boolean' | 'text' | 'bytes' | 'mac' | 'ipv4' }
  | { readonly kind: 'parts'; readonly parts: readonly Part[] }
  | { readonly kind: 'items'; readonly item: About | undefined }
  /** Fields that every case has, then those of each. */
  | { readonly kind: 'cases'; readonly head: readonly Part[]; readonly cases: readonly Case[] };

/** A field by the name that its span has. */
export interface Part {
  readonly name: string;
  readonly about: About;
}
interface Case {
  readonly name: string;
  readonly tag: number;
  readonly parts: readonly Part[];
}

/** The fields of a struct, none of anything else. */
export const partsOf = (about: About | undefined): readonly Part[] => (about?.kind === 'parts' ? about.parts : []);
