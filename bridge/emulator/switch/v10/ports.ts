import type { PhysicalPort } from '../../../protocols/openflow/v10/port.ts';
import type { SwitchPort } from '../port.ts';

/** A virtual Ethernet's, as Linux tells it. */
const features = ['tenGbFull', 'copper'] as const;

/** A port as FEATURES_REPLY and PORT_STATUS tell it. */
export function physicalPort(port: SwitchPort): PhysicalPort {
  return {
    number: port.number,
    mac: port.mac,
    name: port.name,
    config: [...port.settings],
    state: port.hasCarrier ? [] : ['linkDown'],
    current: [...features],
    advertised: [],
    supported: [],
    peer: [],
  };
}
