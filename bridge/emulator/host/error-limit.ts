/** net.ipv4.icmp_ratelimit: one error a second to each host, six at once. */
const everyUs = 1_000_000;
const burst = 6;
const maxPeers = 1024;

interface Bucket {
  savedUs: number;
  atUs: number;
}

/** How many ICMP errors somebody gets, as Linux's inet_peer_xrlim_allow (EH33). */
export class ErrorLimit {
  readonly #peers = new Map<number, Bucket>();

  isAllowed(peer: number, nowUs: number): boolean {
    let bucket = this.#peers.get(peer);
    if (bucket === undefined) {
      if (this.#peers.size >= maxPeers) this.#peers.clear();
      bucket = { savedUs: burst * everyUs, atUs: nowUs };
      this.#peers.set(peer, bucket);
    }
    bucket.savedUs = Math.min(burst * everyUs, bucket.savedUs + nowUs - bucket.atUs);
    bucket.atUs = nowUs;
    if (bucket.savedUs < everyUs) return false;
    bucket.savedUs -= everyUs;
    return true;
  }
}
