import { VirtualScheduler } from '../../../determinism/scheduler.ts';
import { startProgram } from '../../testing/test-process.ts';
import { programs } from '../programs.ts';
import { ScriptedHost } from './scripted-host.ts';

export interface Lab {
  readonly host: ScriptedHost;
  readonly scheduler: VirtualScheduler;
  /** What a program wrote, and `[exit code]` in a line of its own; `ms` interrupts it then. */
  run(commandLine: string, interruptAfterMs?: number): Promise<string>;
}

/** A scripted host, and a way to type on it. */
export function scriptedLab(): Lab {
  const scheduler = new VirtualScheduler();
  const host = new ScriptedHost(scheduler);
  return {
    host,
    scheduler,
    run: async (commandLine, interruptAfterMs) => {
      const argv = commandLine.split(' ');
      const program = programs.get(argv[0] ?? '');
      if (program === undefined) throw new Error(`there is no ${argv[0]}`);
      const run = startProgram(program.run, argv, host);
      if (interruptAfterMs !== undefined) scheduler.after(interruptAfterMs * 1000, () => run.interrupt());
      const code = await scheduler.settle(run.exit);
      return `${run.written.both}[${code}]`;
    },
  };
}
