/** Bytes of a peer that are not what the declaration says: where (byte offset in the input) and in which field (CD2). */
export class DecodeError extends Error {
  readonly offset: number;
  readonly path: string;

  constructor(message: string, offset: number, path = '') {
    super(`${message} at byte ${offset}${path === '' ? '' : ` (${path})`}`);
    this.name = 'DecodeError';
    this.offset = offset;
    this.path = path;
  }
}

/** A value of ours that has no bytes: a number out of range, a bad address, an unknown key (CD3). */
export class EncodeError extends Error {
  readonly path: string;

  constructor(message: string, path = '') {
    super(path === '' ? message : `${path}: ${message}`);
    this.name = 'EncodeError';
    this.path = path;
  }
}
