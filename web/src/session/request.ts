import { isProblem, ProblemError, unreachable } from './problem.ts';

/** A request whose answer is not told apart from a refusal by its type alone; every refusal is a ProblemError. */
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`/api${path}`, init);
  } catch (cause) {
    throw unreachable('The request did not reach the server. Is it still running?', cause);
  }
  if (response.ok) return response;
  const answer: unknown = await response.json().catch(() => undefined);
  if (isProblem(answer)) throw new ProblemError(answer);
  const detail = `/api${path} was answered with status ${response.status}.`;
  throw new ProblemError({
    code: 'unexpected',
    title: 'The server answered something unexpected',
    status: response.status,
    detail,
  });
}
