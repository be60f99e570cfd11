import { HostError } from '../host/host-error.ts';
import type { IpOutput } from '../host/ip-output.ts';

/** What every host takes (RFC 9293 §3.7.1: 536 bytes of a segment and two headers). */
const defaultMtu = 576;

/** MTU of the way to an address; while there is none, of any way. */
export function pathMtu(ip: IpOutput, destination: number): number {
  try {
    return ip.mtuFor(destination);
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return defaultMtu;
  }
}
