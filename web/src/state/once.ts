/** Acts as soon as it is so: now, or after a change. The returned function stops waiting. */
export function once(
  isSo: () => boolean,
  subscribe: (listener: () => void) => () => void,
  act: () => void,
): () => void {
  if (isSo()) {
    act();
    return () => undefined;
  }
  const stop = subscribe(() => {
    if (!isSo()) return;
    stop();
    act();
  });
  return stop;
}
