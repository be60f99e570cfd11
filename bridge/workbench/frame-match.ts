import type { Crossing, Passage } from '../trace/intercept.ts';

/** Whether a frame at a point fits a filter. */
export type FrameMatch = (passage: Passage, crossing: Crossing) => boolean;
/** Makes one of a filter's text, '' for every frame; throws WorkbenchError for one that cannot be read. */
export type MakeFrameMatch = (filter: string) => FrameMatch;
