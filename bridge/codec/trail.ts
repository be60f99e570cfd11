/** Where in a value we are: names of fields and indices of items. */
export type Trail = (string | number)[];

/** `['actions', 2, 'port']` → `actions[2].port`. */
export function pathOf(trail: Trail): string {
  let path = '';
  for (const step of trail) {
    if (typeof step === 'number') path += `[${step}]`;
    else path += path === '' ? step : `.${step}`;
  }
  return path;
}
