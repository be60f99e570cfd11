import type { PacketLog } from '../trace/packet-log.ts';
import type { Implementation } from './method.ts';
import type { WorkbenchMethods } from './methods.ts';
import { stageMethods } from './stages.ts';

/** What the parts of the workbench work on. */
export interface WorkbenchDeps {
  readonly log: PacketLog;
}

/** Every method, by name. */
export function createWorkbench({ log }: WorkbenchDeps): Implementation<WorkbenchMethods> {
  return { ...stageMethods(log) };
}
