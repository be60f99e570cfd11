/** What every router must prove to know, when there is one (SEC7). */
export interface VnsKey {
  /** Absolute path, for the programs that read it themselves. */
  readonly file: string;
  /** At most 64: as many of the file as classic clients read of `auth_key`. */
  readonly bytes: Uint8Array;
}
