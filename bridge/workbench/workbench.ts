import type { Bus } from '../bus/bus.ts';
import type { BridgeEvents } from '../bus/events.ts';
import type { Switch } from '../controller/switch.ts';
import type { PacketLog } from '../trace/packet-log.ts';
import { flowMethods } from './flows/methods.ts';
import { keptMethods } from './kept.ts';
import type { Implementation } from './method.ts';
import type { WorkbenchMethods } from './methods.ts';
import type { ControlLog } from './openflow/log.ts';
import { openFlowMethods } from './openflow/methods.ts';
import { stageMethods } from './stages.ts';

/** What the parts of the workbench work on. */
export interface WorkbenchDeps {
  readonly log: PacketLog;
  readonly bus: Bus<BridgeEvents>;
  readonly switches: () => readonly Switch[];
  readonly control: ControlLog;
  /** The trace's clock. */
  readonly nowUs: () => number;
}

/** Every method, by name. */
export function createWorkbench(deps: WorkbenchDeps): Implementation<WorkbenchMethods> {
  const { log, control } = deps;
  return { ...stageMethods(log), ...keptMethods(log), ...openFlowMethods(control, log), ...flowMethods(deps) };
}
