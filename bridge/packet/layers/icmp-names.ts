/** RFC 792 and its successors: types as the registry names them. */
export const icmpTypes = {
  echoReply: 0,
  unreachable: 3,
  sourceQuench: 4,
  redirect: 5,
  echoRequest: 8,
  routerAdvertisement: 9,
  routerSolicitation: 10,
  timeExceeded: 11,
  parameterProblem: 12,
  timestampRequest: 13,
  timestampReply: 14,
} as const;

export const icmpTypeNames: Readonly<Record<number, string>> = {
  0: 'Echo reply',
  3: 'Destination unreachable',
  4: 'Source quench',
  5: 'Redirect',
  8: 'Echo request',
  9: 'Router advertisement',
  10: 'Router solicitation',
  11: 'Time exceeded',
  12: 'Parameter problem',
  13: 'Timestamp request',
  14: 'Timestamp reply',
  17: 'Address mask request',
  18: 'Address mask reply',
};

const sentences: Readonly<Record<number, readonly string[]>> = {
  3: [
    'Destination net unreachable',
    'Destination host unreachable',
    'Destination protocol unreachable',
    'Destination port unreachable',
    'Fragmentation needed',
    'Source route failed',
    'Destination net unknown',
    'Destination host unknown',
    'Source host isolated',
    'Destination net prohibited',
    'Destination host prohibited',
    'Destination net unreachable for this service',
    'Destination host unreachable for this service',
    'Communication prohibited',
    'Host precedence violation',
    'Precedence cutoff in effect',
  ],
  5: ['Redirect for net', 'Redirect for host', 'Redirect for service and net', 'Redirect for service and host'],
  11: ['Time to live exceeded in transit', 'Fragment reassembly time exceeded'],
};

/** `Time to live exceeded in transit` for (11, 0); numbers without a name are shown as they are. */
export function icmpSentence(type: number, code: number): string {
  const name = sentences[type]?.[code];
  if (name !== undefined) return name;
  const typeName = icmpTypeNames[type] ?? `Type ${type}`;
  return code === 0 ? typeName : `${typeName} code=${code}`;
}

/** Errors quote the datagram that caused them (RFC 1122 §3.2.2). */
export const isIcmpError = (type: number): boolean =>
  type === 3 || type === 4 || type === 5 || type === 11 || type === 12;
