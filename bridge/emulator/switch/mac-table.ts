const maxAddresses = 8192;
const ageUs = 300e6;

interface Learned {
  port: number;
  seenUs: number;
}

/**
 * Where addresses were seen, for NORMAL (ES30): by VLAN, forgotten after 300 s of silence. Of more than 8192 addresses
 * the one silent for longest makes room.
 */
export class AgeingMacTable {
  readonly #byVlan = new Map<number, Map<number, Learned>>();
  #size = 0;

  portOf(vlan: number, mac: number, nowUs: number): number | undefined {
    const learned = this.#byVlan.get(vlan)?.get(mac);
    return learned === undefined || nowUs - learned.seenUs > ageUs ? undefined : learned.port;
  }

  learn(vlan: number, mac: number, port: number, nowUs: number): void {
    let macs = this.#byVlan.get(vlan);
    const learned = macs?.get(mac);
    if (learned !== undefined) {
      learned.port = port;
      learned.seenUs = nowUs;
      return;
    }
    if (this.#size >= maxAddresses) this.#makeRoom();
    if (macs === undefined) {
      macs = new Map();
      this.#byVlan.set(vlan, macs);
    }
    macs.set(mac, { port, seenUs: nowUs });
    this.#size += 1;
  }

  forgetPort(port: number): void {
    for (const macs of this.#byVlan.values()) {
      for (const [mac, learned] of macs) if (learned.port === port && macs.delete(mac)) this.#size -= 1;
    }
  }

  clear(): void {
    this.#byVlan.clear();
    this.#size = 0;
  }

  #makeRoom(): void {
    let oldest: { readonly macs: Map<number, Learned>; readonly mac: number; readonly seenUs: number } | undefined;
    for (const macs of this.#byVlan.values()) {
      for (const [mac, { seenUs }] of macs) {
        if (oldest === undefined || seenUs < oldest.seenUs) oldest = { macs, mac, seenUs };
      }
    }
    if (oldest?.macs.delete(oldest.mac)) this.#size -= 1;
  }
}
