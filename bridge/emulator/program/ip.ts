import { command, Failure } from './command.ts';
import { ipAddress } from './ip-addr.ts';
import { ipLink } from './ip-link.ts';
import { ipNeighbor } from './ip-neigh.ts';
import { ipRoute } from './ip-route.ts';
import { abbreviated, type IpObject, type IpOptions, Words } from './ip-words.ts';

const usage = `Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }
where  OBJECT := { address | help | link | neighbor | neighbour | route }
       OPTIONS := { -s[tatistics] | -4 | -br[ief] | -o[neline] }
`;
/** In the order in which a short form finds them. */
const objects: readonly (readonly [string, IpObject | undefined])[] = [
  ['address', ipAddress],
  ['addrlabel', undefined],
  ['maddress', undefined],
  ['route', ipRoute],
  ['rule', undefined],
  ['neighbor', ipNeighbor],
  ['neighbour', ipNeighbor],
  ['ntable', undefined],
  ['link', ipLink],
  ['tunnel', undefined],
  ['tuntap', undefined],
  ['monitor', undefined],
  ['netns', undefined],
  ['vrf', undefined],
  ['xfrm', undefined],
];
/** In the order in which a short form finds them; the value says whether they are here. */
const options: readonly (readonly [string, keyof IpOptions | 'ignored' | undefined])[] = [
  ['-statistics', 'showsStatistics'],
  ['-stats', 'showsStatistics'],
  ['-oneline', 'isOneline'],
  ['-4', 'isIpv4Only'],
  ['-brief', 'isBrief'],
  ['-Numeric', 'ignored'],
  ['-color', 'ignored'],
  ['-6', undefined],
  ['-0', undefined],
  ['-json', undefined],
  ['-pretty', undefined],
  ['-details', undefined],
  ['-resolve', undefined],
  ['-family', undefined],
  ['-human-readable', undefined],
  ['-timestamp', undefined],
  ['-batch', undefined],
  ['-netns', undefined],
  ['-all', undefined],
  ['-force', undefined],
  ['-Version', undefined],
];

/** iproute2's ip (EP30–EP33): objects, commands and options may be cut short. */
export const ip = command({ text: usage, exitCode: 255 }, async ({ argv, host, stdout }) => {
  const words = new Words(argv.slice(1));
  const chosen = { isBrief: false, isOneline: false, showsStatistics: false, isIpv4Only: false };
  for (let word = words.peek(); word?.startsWith('-'); word = words.peek()) {
    words.take();
    const short = word.replace(/^--/, '-');
    if (short === '-h' || short === '-help') throw new Failure(usage, 255);
    const option = short === '-br' ? options[4] : options.find(([name]) => short.length > 1 && name.startsWith(short));
    if (option === undefined) throw new Failure(`Option "${short}" is unknown, try "ip -help".\n`, 255);
    if (option[1] === undefined) throw new Failure(`ip: option ${option[0]} is not here\n${usage}`, 255);
    if (option[1] !== 'ignored') chosen[option[1]] = true;
  }
  const word = words.take();
  if (word === undefined || abbreviated(word, ['help']) !== undefined) throw new Failure(usage, 255);
  const object = objects.find(([name]) => name.startsWith(word));
  if (object === undefined) throw new Failure(`Object "${word}" is unknown, try "ip help".\n`, 1);
  if (object[1] === undefined) throw new Failure(`ip: object ${object[0]} is not here\n${usage}`, 1);
  stdout.write(object[1](host, words, chosen));
  return 0;
});
