/** Ports by the names of /etc/services that labs meet. */
export const portNames: Readonly<Record<string, number>> = {
  echo: 7,
  discard: 9,
  daytime: 13,
  'ftp-data': 20,
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  domain: 53,
  bootps: 67,
  bootpc: 68,
  tftp: 69,
  http: 80,
  pop3: 110,
  ntp: 123,
  imap2: 143,
  snmp: 161,
  https: 443,
  'http-alt': 8080,
};
const byNumber = new Map(Object.entries(portNames).map(([name, number]) => [number, name]));
export const nameOfPort = (port: number): string | undefined => byNumber.get(port);

const protocols: Readonly<Record<number, string>> = {
  0: 'Options',
  1: 'ICMP',
  2: 'IGMP',
  4: 'IPIP',
  6: 'TCP',
  17: 'UDP',
  41: 'IPv6',
  44: 'Fragment',
  47: 'GRE',
  50: 'ESP',
  51: 'AH',
  58: 'ICMPv6',
  59: 'No Next',
  89: 'OSPF',
  112: 'VRRP',
  132: 'SCTP',
};
export const protocolName = (protocol: number): string => protocols[protocol] ?? 'unknown';
