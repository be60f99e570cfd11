/** What the analysis of a TCP conversation says of a segment: Wireshark's `tcp.analysis.*`, a bit each (PK72). */
export const tcpAnalysis = {
  retransmission: 0x0001,
  fast_retransmission: 0x0002,
  spurious_retransmission: 0x0004,
  out_of_order: 0x0008,
  lost_segment: 0x0010,
  ack_lost_segment: 0x0020,
  duplicate_ack: 0x0040,
  zero_window: 0x0080,
  zero_window_probe: 0x0100,
  zero_window_probe_ack: 0x0200,
  window_update: 0x0400,
  window_full: 0x0800,
  keep_alive: 0x1000,
  keep_alive_ack: 0x2000,
  reused_ports: 0x4000,
} as const;
export type TcpAnalysisName = keyof typeof tcpAnalysis;
