/** Sequence numbers are unsigned and wrap at 2³² (RFC 9293 §3.4); what is compared lies within 2³¹ of one another. */

/** How far `to` lies behind `from`; negative when it lies before. */
export const distance = (from: number, to: number): number => (to - from) | 0;
export const isBefore = (a: number, b: number): boolean => ((a - b) | 0) < 0;
export const isAfter = (a: number, b: number): boolean => ((a - b) | 0) > 0;
export const advanced = (sequence: number, bytes: number): number => (sequence + bytes) >>> 0;
