import { arp } from './arp.ts';
import { arping } from './arping.ts';
import { curl } from './curl.ts';
import { dhclient } from './dhclient.ts';
import { hostname } from './hostname.ts';
import { ifconfig } from './ifconfig.ts';
import { ip } from './ip.ts';
import { iperf } from './iperf.ts';
import { nc } from './nc.ts';
import { netstat } from './netstat.ts';
import { nslookup } from './nslookup.ts';
import { ping } from './ping.ts';
import type { Programs } from './program.ts';
import { route } from './route.ts';
import { tcpdump } from './tcpdump.ts';
import { traceroute } from './traceroute.ts';
import { wget } from './wget.ts';

/** What an emulated host can run (EP), by name. */
export const programs: Programs = new Map([
  ['arp', { run: arp, summary: 'shows and changes the ARP cache' }],
  ['arping', { run: arping, summary: 'asks for an address with ARP' }],
  ['dhclient', { run: dhclient, summary: 'gets an address for an interface by DHCP, and keeps it' }],
  ['curl', { run: curl, summary: 'fetches a page over HTTP' }],
  ['hostname', { run: hostname, summary: 'prints the name of the host, or its addresses' }],
  ['ifconfig', { run: ifconfig, summary: 'shows and changes interfaces' }],
  ['ip', { run: ip, summary: 'shows and changes addresses, links, routes and neighbours' }],
  ['iperf', { run: iperf, summary: 'measures bandwidth between two hosts' }],
  ['nc', { run: nc, summary: 'connects, listens and scans over TCP and UDP' }],
  ['netstat', { run: netstat, summary: 'shows sockets, routes and counters' }],
  ['nslookup', { run: nslookup, summary: 'asks the lab for names and addresses' }],
  ['ping', { run: ping, summary: 'asks for echoes, and times them' }],
  ['route', { run: route, summary: 'shows and changes routes' }],
  ['tcpdump', { run: tcpdump, summary: 'shows the packets of an interface' }],
  ['traceroute', { run: traceroute, summary: 'finds the hops on the way' }],
  ['wget', { run: wget, summary: 'fetches a page over HTTP' }],
]);
