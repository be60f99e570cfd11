/**
 * Of the first `count` requests of a ping, those without an answer in what it printed. A ping that waits with -w may have
 * sent more of them than were asked for.
 */
export function unanswered(output: string, count: number): number[] {
  const answered = new Set([...output.matchAll(/icmp_seq=(\d+) ttl=/g)].map(([, seq]) => Number(seq)));
  return Array.from({ length: count }, (_, index) => index + 1).filter((seq) => !answered.has(seq));
}
