import { runTest } from '../cli/test-commands.ts';
import type { Network } from '../network.ts';
import { programs } from '../program/programs.ts';
import type { TerminalLine } from '../terminal.ts';

const controlC = 3;
/** Exit code after SIGINT, as shells tell it. */
const interrupted = 130;
const lookAgainUs = 20_000;
/** A controller that has not answered by then is said to be missing; the test runs all the same, as Mininet's does. */
const patienceUs = 10_000_000;

/** `mn --test`: waits for the controller, runs the test, and exits with its result. */
export function testCommand(name: string, network: Network, terminal: TerminalLine) {
  const over = new AbortController();
  const { signal } = over;
  terminal.onInput((data) => {
    if (data.includes(controlC)) over.abort();
  });
  return {
    hangUp: () => over.abort(),
    run: async (): Promise<number> => {
      const { scheduler } = network;
      const untilUs = scheduler.nowUs() + patienceUs;
      const missing = () => network.openFlowSwitches.filter(({ isConnected }) => !isConnected);
      while (!signal.aborted && missing().length > 0 && scheduler.nowUs() < untilUs)
        await new Promise<void>((resolve) => scheduler.after(lookAgainUs, resolve));
      if (signal.aborted) return interrupted;
      const without = missing().map((each) => each.name);
      if (without.length > 0) terminal.write(`*** No controller has answered: ${without.join(' ')}\r\n`);
      const write = (text: string): void => terminal.write(text.replaceAll('\n', '\r\n'));
      const { ok } = await runTest(network, programs, name, write, signal);
      if (signal.aborted) return interrupted;
      return ok ? 0 : 1;
    },
  };
}
