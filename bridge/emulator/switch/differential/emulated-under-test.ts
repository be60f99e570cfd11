import { ReceiveBuffer } from '../../../codec/receive-buffer.ts';
import { Writer } from '../../../codec/writer.ts';
import { seededRandom } from '../../../determinism/random.ts';
import { VirtualScheduler } from '../../../determinism/scheduler.ts';
import { maxMessageLength, messageLength } from '../../../protocols/openflow/v10/header.ts';
import type { Session } from '../../../sessions/session.ts';
import {
  type Happened,
  portNumbersUnderTest,
  type SentFrame,
  type SwitchUnderTest,
} from '../../../testing/switch-under-test.ts';
import type { WireEnd } from '../../wire.ts';
import { OpenFlowSwitch } from '../switch.ts';

const tickMs = 100;

/** The emulated switch on a clock of its own, its ports plugged into nothing but this. */
export class EmulatedUnderTest implements SwitchUnderTest {
  readonly #scheduler = new VirtualScheduler();
  readonly #switch = new OpenFlowSwitch(
    { name: 'sw0', dpid: '0000000000000001', failMode: 'secure' },
    { scheduler: this.#scheduler, random: seededRandom(1) },
    // Nobody asks after silence here: neither does the other switch.
    { probeMs: 1e9 },
  );
  readonly #ends = new Map<number, WireEnd>();
  readonly #received = new ReceiveBuffer(maxMessageLength);
  readonly #writer = new Writer();
  readonly #session: Session;
  #frames: SentFrame[] = [];
  #isClosed = false;

  constructor() {
    for (const port of portNumbersUnderTest) this.#plug(port);
    this.#session = this.#switch.connected({
      writer: this.#writer,
      flush: () => undefined,
      end: () => {
        this.#isClosed = true;
      },
    });
    this.#session.open(this.#nowMs());
  }

  write(bytes: Uint8Array): void {
    if (!this.#isClosed) this.#session.receive(bytes, this.#nowMs());
  }

  async frame(port: number, frame: Uint8Array): Promise<void> {
    this.#ends.get(port)?.receive(frame);
  }

  async wait(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= tickMs) {
      this.#scheduler.advance(Math.min(tickMs, left) * 1000);
      if (!this.#isClosed) this.#session.tick(this.#nowMs());
    }
  }

  async settled(): Promise<Happened> {
    this.#scheduler.advance(0);
    this.#received.push(this.#writer.finish());
    this.#writer.reset();
    const messages: Uint8Array[] = [];
    while (this.#received.next(messageLength)) {
      messages.push(this.#received.bytes.slice(this.#received.start, this.#received.end));
    }
    const frames = this.#frames.sort((a, b) => a.port - b.port);
    this.#frames = [];
    return { messages, frames, isClosed: this.#isClosed };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#switch.close();
  }

  #plug(port: number): void {
    this.#switch.addPort(port, `sw0-eth${port}`, `02:00:00:00:01:0${port}`, (end) => {
      this.#ends.set(port, end);
      let isUp = true;
      return {
        send: (frame) => this.#frames.push({ port, frame }),
        get isUp() {
          return isUp;
        },
        setUp: (up) => {
          isUp = up;
          end.carrier(up);
        },
      };
    });
  }

  #nowMs(): number {
    return this.#scheduler.nowUs() / 1000;
  }
}
