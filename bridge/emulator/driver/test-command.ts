import { runTest } from '../cli/test-commands.ts';
import type { Network } from '../network.ts';
import { programs } from '../program/programs.ts';
import type { TerminalLine } from '../terminal.ts';

const lookAgainUs = 20_000;
/** A controller that has not answered by then is said to be missing; the test runs all the same, as Mininet's does. */
const patienceUs = 10_000_000;

/** `mn --test`: waits for the controller, runs the test, and exits with its result. */
export function testCommand(name: string, network: Network, terminal: TerminalLine) {
  let isOver = false;
  terminal.onInput((data) => {
    if (data.includes(3)) isOver = true;
  });
  return {
    hangUp: () => {
      isOver = true;
    },
    run: async (): Promise<number> => {
      const { scheduler } = network;
      const untilUs = scheduler.nowUs() + patienceUs;
      const missing = () => network.openFlowSwitches.filter(({ isConnected }) => !isConnected);
      while (!isOver && missing().length > 0 && scheduler.nowUs() < untilUs)
        await new Promise<void>((resolve) => scheduler.after(lookAgainUs, resolve));
      if (isOver) return 130;
      const without = missing().map((each) => each.name);
      if (without.length > 0) terminal.write(`*** No controller has answered: ${without.join(' ')}\r\n`);
      const write = (text: string): void => terminal.write(text.replaceAll('\n', '\r\n'));
      const { ok } = await runTest(network, programs, name, write);
      return ok ? 0 : 1;
    },
  };
}
