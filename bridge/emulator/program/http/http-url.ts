export interface HttpUrl {
  /** As a program shows it: `http://192.168.2.2/`. */
  readonly text: string;
  readonly host: string;
  readonly port: number;
  /** Path and query, as they are asked for. */
  readonly target: string;
  /** As the Host field wants it: with the port when that is not 80. */
  readonly authority: string;
}

/** Why a text is no URL of HTTP; `scheme` is in lower case. */
export type UrlFault = { readonly fault: 'scheme'; readonly scheme: string } | { readonly fault: 'host' | 'port' };

/** Reads `http://host[:port][/path][?query][#fragment]`; the scheme may be left out. */
export function parseHttpUrl(text: string): HttpUrl | UrlFault {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text);
  const name = scheme?.[1]?.toLowerCase();
  if (name !== undefined && name !== 'http') return { fault: 'scheme', scheme: name };
  const rest = text.slice(scheme?.[0].length ?? 0);
  const slash = rest.search(/[/?#]/);
  const authority = (slash < 0 ? rest : rest.slice(0, slash)).replace(/^.*@/, '');
  const path = slash < 0 ? '/' : rest.slice(slash).replace(/#.*$/, '');
  const match = /^([A-Za-z0-9._-]+)(?::(\d*))?$/.exec(authority);
  const host = match?.[1]?.toLowerCase();
  if (host === undefined) return { fault: authority.includes(':') && !authority.startsWith(':') ? 'port' : 'host' };
  const port = match?.[2] ? Number(match[2]) : 80;
  if (port > 65_535 || port === 0) return { fault: 'port' };
  const target = encodeTarget(path.startsWith('/') ? path : `/${path}`);
  const shown = port === 80 ? host : `${host}:${port}`;
  return { text: `http://${shown}${target}`, host, port, target, authority: shown };
}

/** Where a Location field leads from `base`. */
export function redirected(base: HttpUrl, location: string): HttpUrl | UrlFault {
  if (/^[a-z][a-z0-9+.-]*:/i.test(location)) return parseHttpUrl(location);
  if (location.startsWith('//')) return parseHttpUrl(`http:${location}`);
  if (location.startsWith('/')) return parseHttpUrl(`http://${base.authority}${location}`);
  const folder = base.target.replace(/[?].*$/, '').replace(/[^/]*$/, '');
  return parseHttpUrl(`http://${base.authority}${folder}${location}`);
}

/** Spaces, control characters and what is not ASCII as %XX of their UTF-8; the rest stays. */
const encodeTarget = (target: string): string =>
  target.replace(/[^\x21-\x7e]+/gu, (part) => encodeURIComponent(part).replaceAll("'", '%27'));
