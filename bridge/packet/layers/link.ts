/** Codes of the table `link`: what a capture, a message or a caller says that bytes are. */
export const linkCodes = { ethernet: 0, openflow: 1, vns: 2 } as const;
