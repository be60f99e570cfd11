/** The bridge's thread ended, closed or not, before it could answer. */
export class BridgeGone extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BridgeGone';
  }
}
