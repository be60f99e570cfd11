import type { MessageOf } from '../../../protocols/openflow/v10/message.ts';
import type { Datapath } from '../datapath.ts';
import { portSettings } from '../port.ts';
import { type Fault, faults } from './faults.ts';

/**
 * Does what a PORT_MOD says (§5.3.3): the settings that the mask names; what the link advertises cannot be changed. Who
 * asked for it (`source`) knows, and is told only what follows for the link.
 */
export function modifyPort(
  { port: number, mac, config, mask }: MessageOf<'portMod'>,
  datapath: Datapath,
  source: object,
): Fault | undefined {
  const port = datapath.port(number);
  if (port === undefined) return faults.badPort;
  if (port.mac !== mac) return faults.badHardwareAddress;
  let isChanged = false;
  for (const setting of portSettings) {
    if (mask.includes(setting) && port.set(setting, config.includes(setting))) isChanged = true;
  }
  if (!isChanged) return undefined;
  datapath.changed(port, source);
  port.applyDown();
  return undefined;
}
