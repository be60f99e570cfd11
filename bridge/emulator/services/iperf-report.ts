/** What came, or went, in a piece of time; `to` and `from` in seconds since the test began. */
export interface IperfInterval {
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
  /** Of UDP as the receiver saw it. */
  readonly datagrams?: { readonly jitterMs: number; readonly lost: number; readonly total: number };
}
/** `-f`: bits and bytes a second, of a fixed size or (`a`, `A`) as fits. */
export type IperfFormat = 'a' | 'k' | 'm' | 'g' | 'A' | 'K' | 'M' | 'G';

const sizes: readonly string[] = ['', 'K', 'M', 'G'];

/** Three digits and a unit: `1.25 M`. */
function scaled(value: number, base: number, fixed?: string): string {
  let size = fixed === undefined ? 0 : Math.max(0, sizes.indexOf(fixed.toUpperCase()));
  let number = value / base ** size;
  for (; fixed === undefined && number >= base && size < sizes.length - 1; size++) number /= base;
  return `${number.toFixed(number < 9.995 ? 2 : number < 99.95 ? 1 : 0).padStart(4)} ${sizes[size]}`;
}

/** `1.25 MBytes  10.5 Mbits/sec`, as iperf 2 lays it out. */
function amounts({ from, to, bytes }: IperfInterval, format: IperfFormat): string {
  const seconds = Math.max(to - from, 1e-6);
  const fixed = format === 'a' || format === 'A' ? undefined : format;
  const isBytes = format === format.toUpperCase();
  const transfer = `${scaled(bytes, 1024, fixed)}Bytes`;
  return isBytes
    ? `${transfer}  ${scaled(bytes / seconds, 1024, fixed)}Bytes/sec`
    : `${transfer}  ${scaled((bytes * 8) / seconds, 1000, fixed)}bits/sec`;
}

/** The heading above the intervals of one connection. */
export const intervalHeading = (hasDatagrams: boolean): string =>
  `[ ID] Interval       Transfer     Bandwidth${hasDatagrams ? '        Jitter   Lost/Total Datagrams' : ''}\n`;

/** One line of a report (iperf 2.1). */
export function intervalLine(id: number, interval: IperfInterval, format: IperfFormat): string {
  const { from, to, datagrams } = interval;
  const head = `[${String(id).padStart(3)}] ${from.toFixed(4)}-${to.toFixed(4)} sec  ${amounts(interval, format)}`;
  if (datagrams === undefined) return `${head}\n`;
  const { jitterMs, lost, total } = datagrams;
  const percent = total === 0 ? 0 : (100 * lost) / total;
  const share = percent === 0 ? '0' : Number(percent.toPrecision(2)).toString();
  return `${head}  ${jitterMs.toFixed(3).padStart(6)} ms ${lost}/${total} (${share}%)\n`;
}

export const ruler = `${'-'.repeat(60)}\n`;
