import type { BridgeRouter, RouterConfig } from '../api.ts';
import type { SecondSide } from '../apps/app.ts';
import type { Bus } from '../bus/bus.ts';
import type { BridgeEvents } from '../bus/events.ts';
import type { Switch } from '../controller/switch.ts';
import type { ControlLog } from '../trace/control-log.ts';
import type { PacketLog } from '../trace/packet-log.ts';
import { chainMethods } from './chain/chain.ts';
import { Expert, expertMethods } from './expert/expert.ts';
import { findMethods } from './find.ts';
import { flowMethods } from './flows/methods.ts';
import { graphMethods } from './graph/series.ts';
import type { InterventionMethods } from './interventions.ts';
import { keptMethods } from './kept.ts';
import type { Implementation } from './method.ts';
import type { LogQuestions, WorkbenchMethods } from './methods.ts';
import { noteMethods, noteQuestions } from './notes/notes.ts';
import { openFlowMethods } from './openflow/methods.ts';
import { secondMethods } from './shadow/second.ts';
import { shadowMethods } from './shadow/shadow.ts';
import { stageMethods } from './stages.ts';
import { streamMethods } from './stream/follow.ts';
import { type KnownRouter, RouterExpectations } from './why/expectations.ts';
import { whyMethods } from './why/why.ts';

/** What the parts of the workbench work on. */
export interface WorkbenchDeps {
  readonly log: PacketLog;
  readonly bus: Bus<BridgeEvents>;
  readonly switches: () => readonly Switch[];
  /** As the lab describes them, and as they are. */
  readonly routerConfigs: readonly RouterConfig[];
  readonly routers: () => readonly BridgeRouter[];
  /** Programs beside the routers; undefined where the lab has no routers. */
  readonly seconds: () => SecondSide | undefined;
  readonly control: ControlLog;
  readonly interventions: Implementation<InterventionMethods>;
  /** The trace's clock. */
  readonly nowUs: () => number;
}

/** What is asked of packets and messages that were kept: of a running bridge, and of a recorded run. */
export interface LogQuestionsDeps {
  readonly log: PacketLog;
  readonly control: ControlLog;
  readonly routers: () => readonly KnownRouter[];
  readonly expectations: RouterExpectations;
  readonly expert: Expert;
  readonly nowUs: () => number;
}

/** The methods that need no network: a log answers them, live or recorded (WB290). */
export function logQuestions({
  log,
  control,
  routers,
  expectations,
  expert,
  nowUs,
}: LogQuestionsDeps): Implementation<LogQuestions> {
  return {
    ...stageMethods(log),
    ...chainMethods(log),
    ...whyMethods({ log, expectations, nowUs }),
    ...findMethods(log),
    ...keptMethods(log),
    ...streamMethods(log),
    ...noteQuestions(log),
    ...graphMethods({ log, nowUs }),
    ...expertMethods(expert),
    ...shadowMethods({ log, routers, expectations, nowUs }),
    ...openFlowMethods(control, log),
  };
}

/** Every method, by name. */
export function createWorkbench(deps: WorkbenchDeps): Implementation<WorkbenchMethods> {
  const { log, bus, routers, interventions } = deps;
  const rtables = new Map(deps.routerConfigs.map(({ name, rtable }) => [name, rtable]));
  const expectations = new RouterExpectations(log, routers, rtables);
  const expert = new Expert({ log, routers, rtables, nowUs: deps.nowUs });
  bus.on('router:connected', ({ node }) => {
    expectations.connected(node);
    expert.connected(node, log.nextSeq);
  });
  return {
    ...logQuestions({ ...deps, expectations, expert }),
    ...secondMethods({ ...deps, expectations }),
    ...flowMethods(deps),
    ...noteMethods(log),
    ...interventions,
  };
}
