import type { BridgeRouter, RouterConfig } from '../api.ts';
import type { Bus } from '../bus/bus.ts';
import type { BridgeEvents } from '../bus/events.ts';
import type { Switch } from '../controller/switch.ts';
import type { PacketLog } from '../trace/packet-log.ts';
import { chainMethods } from './chain/chain.ts';
import { findMethods } from './find.ts';
import { flowMethods } from './flows/methods.ts';
import type { InterventionMethods } from './interventions.ts';
import { keptMethods } from './kept.ts';
import type { Implementation } from './method.ts';
import type { WorkbenchMethods } from './methods.ts';
import type { ControlLog } from './openflow/log.ts';
import { openFlowMethods } from './openflow/methods.ts';
import { shadowMethods } from './shadow/shadow.ts';
import { stageMethods } from './stages.ts';
import { RouterExpectations } from './why/expectations.ts';
import { whyMethods } from './why/why.ts';

/** What the parts of the workbench work on. */
export interface WorkbenchDeps {
  readonly log: PacketLog;
  readonly bus: Bus<BridgeEvents>;
  readonly switches: () => readonly Switch[];
  /** As the lab describes them, and as they are. */
  readonly routerConfigs: readonly RouterConfig[];
  readonly routers: () => readonly BridgeRouter[];
  readonly control: ControlLog;
  readonly interventions: Implementation<InterventionMethods>;
  /** The trace's clock. */
  readonly nowUs: () => number;
}

/** Every method, by name. */
export function createWorkbench(deps: WorkbenchDeps): Implementation<WorkbenchMethods> {
  const { log, bus, control, interventions, nowUs } = deps;
  const rtables = new Map(deps.routerConfigs.map(({ name, rtable }) => [name, rtable]));
  const expectations = new RouterExpectations(log, deps.routers, rtables);
  bus.on('router:connected', ({ node }) => expectations.connected(node));
  return {
    ...stageMethods(log),
    ...chainMethods(log),
    ...whyMethods({ log, expectations, nowUs }),
    ...findMethods(log),
    ...keptMethods(log),
    ...shadowMethods({ log, routers: deps.routers, expectations, nowUs }),
    ...openFlowMethods(control, log),
    ...flowMethods(deps),
    ...interventions,
  };
}
