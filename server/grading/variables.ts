import type { Lab } from '../contract/lab.ts';
import type { LabStatus } from '../contract/status.ts';

/** `${server1.address}` and `${router.eth3.mac}` of a running lab, by what stands between the braces. */
export type Variables = ReadonlyMap<string, string>;

/** What a lab's checks may ask for: addresses of the lab file, MACs as the switch told them. */
export function labVariables(lab: Lab, status: LabStatus): Variables {
  const variables = new Map<string, string>();
  for (const { name, address, mac, gateway } of lab.hosts) {
    variables.set(`${name}.address`, address.replace(/\/.*/, ''));
    if (mac !== undefined) variables.set(`${name}.mac`, mac);
    if (gateway !== undefined) variables.set(`${name}.gateway`, gateway);
  }
  for (const { name: router, interfaces } of status.routers) {
    for (const { name, address, mac, port } of interfaces) {
      variables.set(`${router}.${name}.address`, address);
      variables.set(`${router}.${name}.port`, String(port));
      if (mac !== '') variables.set(`${router}.${name}.mac`, mac);
    }
  }
  return variables;
}

/** The text with every variable in its place; one that is not known stays as it is. */
export function fillIn(
  text: string,
  variables: Variables,
  shown: (value: string) => string = (value) => value,
): string {
  return text.replace(/\$\{([^}]*)\}/g, (whole, name: string) => {
    const value = variables.get(name);
    return value === undefined ? whole : shown(value);
  });
}

const isMac = /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/i;

/** A value inside a regular expression: taken literally, a MAC in either case, as tools disagree about it. */
export function asPattern(value: string): string {
  if (!isMac.test(value)) return value.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  return value.replace(/[a-f]/gi, (digit) => `[${digit.toLowerCase()}${digit.toUpperCase()}]`);
}
