import type { Codec } from '../../codec/codec.ts';
import { formatIpv6 } from '../text.ts';

/** An IPv6 address as text; what is shown here is never written. */
export const ipv6Address: Codec<string> & { readonly size: number } = {
  size: 16,
  read: (r) => formatIpv6(r.bytes, r.take(16)),
  write: (w) => w.fail('IPv6 addresses are only read'),
};
