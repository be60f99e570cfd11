import { type ComponentType, createElement, lazy, type ReactNode, useState } from 'react';

/** A component whose code comes later. */
export type Part<P extends object> = ((props: P) => ReactNode) & {
  /** Fetches its code before it is drawn, once; rejects when it does not come. */
  readonly fetch: () => Promise<unknown>;
};

/** Code that comes later: itself once it is here, and until then what waits for it. */
class LateCode<P extends object> {
  readonly #load: () => Promise<ComponentType<P>>;
  readonly #later: ComponentType<P>;
  #here: ComponentType<P> | undefined;
  #coming: Promise<ComponentType<P>> | undefined;

  constructor(load: () => Promise<ComponentType<P>>) {
    this.#load = load;
    this.#later = lazy(async () => ({ default: await this.fetch() })) as ComponentType<P>;
  }

  get now(): ComponentType<P> {
    return this.#here ?? this.#later;
  }

  async fetch(): Promise<ComponentType<P>> {
    this.#coming ??= this.#load();
    try {
      this.#here = await this.#coming;
      return this.#here;
    } catch (error) {
      this.#coming = undefined;
      throw error;
    }
  }
}

/** Chooses once: what is drawn must not be made anew when its code is here. */
function Chosen<P extends object>({ code, props }: { code: LateCode<P>; props: P }) {
  const [component] = useState(() => code.now);
  return createElement(component, props);
}

/**
 * Makes a component of code that comes later. Once its code is here it is drawn at once; React's own `lazy` would show
 * what stands in its place for 0.3 s even then.
 */
export function part<P extends object>(load: () => Promise<ComponentType<P>>): Part<P> {
  const code = new LateCode(load);
  const drawn = (props: P) => <Chosen<P> code={code} props={props} />;
  return Object.assign(drawn, { fetch: () => code.fetch() });
}
