import { WorkbenchError } from '../../bridge/index.ts';
import { AppError } from '../errors.ts';

const codes = { 'bad-request': 'bad-request', 'not-found': 'not-found', conflict: 'not-possible' } as const;

/** Asks the workbench; what cannot be done becomes the caller's AppError. */
export async function askBridge<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof WorkbenchError) throw new AppError(codes[error.code], error.message, { cause: error });
    throw error;
  }
}
