import type { RuntimeKind } from '../../contract/status.ts';
import { AppError } from '../../errors.ts';
import type { Runtime } from './runtime.ts';

const note = 'It is not part of this build.';

/** A runtime that has its name and nothing else: it is listed, and says why it cannot be used (RUN). */
export function absentRuntime(kind: RuntimeKind): Runtime {
  return {
    kind,
    probe: async () => ({ available: false, notes: [note] }),
    prepare: async () => {
      throw new AppError('runtime-unavailable', `The runtime "${kind}" cannot be used. ${note}`);
    },
    sweep: async () => undefined,
  };
}
