import type { DefaultRuntime } from '../../contract/rest.ts';
import type { RuntimeKind } from '../../contract/status.ts';
import { createEmulatedRuntime } from './emulated.ts';
import { createMininetRuntime } from './mininet.ts';
import type { Runtime } from './runtime.ts';

/** Every runtime there is, the most real one first. */
export function createRuntimes(): Runtime[] {
  return [createMininetRuntime(), createEmulatedRuntime()];
}

/** The runtime of a lab whose start names none (RUN11): what was asked for, else the first that can run here. */
export async function chooseDefault(
  runtimes: readonly Runtime[],
  asked: RuntimeKind | undefined,
): Promise<DefaultRuntime> {
  if (asked !== undefined) return { kind: asked, why: 'The server was started with it.' };
  const reasons: string[] = [];
  for (const runtime of runtimes) {
    const { available, notes } = await runtime.probe();
    if (available) return { kind: runtime.kind, why: reasons.join(' ') || 'It can run here.' };
    reasons.push(...notes);
  }
  return { kind: runtimes[0]?.kind ?? 'emulated', why: reasons.join(' ') };
}
