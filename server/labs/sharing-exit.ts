import type { Pty, PtyExit } from '../terminals/pty.ts';

/** A PTY has one owner, the terminal; with this, whoever opened it hears of the exit first, whether or not a terminal comes. */
export function sharingExit(pty: Pty, onExit: (exit: PtyExit) => void): Pty {
  let owner: (exit: PtyExit) => void = () => undefined;
  let ended: PtyExit | undefined;
  pty.onExit((exit) => {
    ended = exit;
    onExit(exit);
    owner(exit);
  });
  return {
    onData: (listener) => pty.onData(listener),
    onExit(listener) {
      owner = listener;
      const exit = ended;
      if (exit !== undefined) queueMicrotask(() => listener(exit));
    },
    write: (data) => pty.write(data),
    resize: (size) => pty.resize(size),
    pause: () => pty.pause(),
    resume: () => pty.resume(),
    kill: (signal) => pty.kill(signal),
  };
}
