import type { ChainMethods } from './chain/chain.ts';
import type { ExpertMethods } from './expert/expert.ts';
import type { FindMethods } from './find.ts';
import type { FlowMethods } from './flows/methods.ts';
import type { GraphMethods } from './graph/series.ts';
import type { InterventionMethods } from './interventions.ts';
import type { KeptMethods } from './kept.ts';
import type { NoteMethods, NoteQuestions } from './notes/notes.ts';
import type { OpenFlowMethods } from './openflow/methods.ts';
import type { SecondMethods } from './shadow/second.ts';
import type { ShadowMethods } from './shadow/shadow.ts';
import type { StageMethods } from './stages.ts';
import type { StreamMethods } from './stream/follow.ts';
import type { WhyMethods } from './why/why.ts';

/**
 * What may be asked of a running bridge beyond its state and its log (WB1): a name, one argument, one answer, plain data
 * both ways, so that a message port can carry it. Each part of the workbench declares and implements its own.
 */
export interface WorkbenchMethods extends LogQuestions, FlowMethods, InterventionMethods, NoteMethods, SecondMethods {}

/** Those that a log answers by itself, of a running bridge or recorded (WB290). */
export interface LogQuestions
  extends FindMethods,
    StageMethods,
    ChainMethods,
    WhyMethods,
    OpenFlowMethods,
    KeptMethods,
    StreamMethods,
    NoteQuestions,
    GraphMethods,
    ShadowMethods,
    ExpertMethods {}

export type MethodName = keyof WorkbenchMethods;
export type ArgumentOf<M extends MethodName> = Parameters<WorkbenchMethods[M]>[0];
export type AnswerOf<M extends MethodName> = Awaited<ReturnType<WorkbenchMethods[M]>>;
