import type { AppConfig } from '../api.ts';
import type { App, AppContext } from './app.ts';
import { L2Learning } from './l2-learning/l2-learning.ts';
import { VnsRouter } from './vns-router/vns-router.ts';

type Make = {
  readonly [K in AppConfig['kind']]: (config: Extract<AppConfig, { kind: K }>, context: AppContext) => App;
};

/** Every application. A new one is a folder and a line here. */
const makers: Make = {
  'vns-router': (config, context) => new VnsRouter(config, context),
  'l2-learning': (config, context) => new L2Learning(config, context),
};

export const appKinds = Object.keys(makers) as AppConfig['kind'][];

/** Throws an Error that says what is wrong with the configuration. */
export function createApp<K extends AppConfig['kind']>(
  config: Extract<AppConfig, { kind: K }> & { readonly kind: K },
  context: AppContext,
): App {
  return makers[config.kind](config, context);
}
