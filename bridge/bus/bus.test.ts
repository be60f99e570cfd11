import { describe, expect, test } from 'vitest';
import { Bus, type BusFault, describeFault } from './bus.ts';

interface Events {
  a: number;
  b: string;
}
function makeBus(options: { maxQueued?: number; maxChain?: number; maxListeners?: number } = {}) {
  const faults: BusFault[] = [];
  const heard: string[] = [];
  const bus = new Bus<Events>({ ...options, onFault: (fault) => faults.push(fault) });
  return { bus, faults, heard };
}

describe('bus', () => {
  test('[BUS1] every listener hears an event, in the order of subscription, until it leaves', () => {
    const { bus, heard } = makeBus();
    const leave = bus.on('a', (n) => heard.push(`first ${n}`));
    bus.on('a', (n) => heard.push(`second ${n}`));
    bus.on('b', () => heard.push('never'));
    bus.emit('a', 1);
    leave();
    leave();
    bus.emit('a', 2);
    expect(heard).toEqual(['first 1', 'second 1', 'second 2']);
  });

  test('[BUS2] what a listener emits waits until everybody has heard the event under way', () => {
    const { bus, heard } = makeBus();
    bus.on('a', (n) => {
      heard.push(`first ${n}`);
      bus.emit('b', `from ${n}`);
    });
    bus.on('a', (n) => heard.push(`second ${n}`));
    bus.on('b', (text) => heard.push(text));
    bus.emit('a', 7);
    expect(heard).toEqual(['first 7', 'second 7', 'from 7']);
  });

  test('[BUS3] a listener that throws hurts nobody else and is reported', () => {
    const { bus, faults, heard } = makeBus();
    const cause = new Error('broken');
    bus.on('a', () => {
      throw cause;
    });
    bus.on('a', (n) => heard.push(`heard ${n}`));
    bus.emit('a', 1);
    bus.emit('a', 2);
    expect(heard).toEqual(['heard 1', 'heard 2']);
    expect(faults).toEqual([
      { kind: 'listener threw', event: 'a', cause },
      { kind: 'listener threw', event: 'a', cause },
    ]);
    expect(bus.counters.threw).toBe(2);
    expect(faults.map(describeFault)[0]).toBe('A listener of a threw: broken');
  });

  test('[BUS4] events that cause one another are cut off, counted and named with their chain', () => {
    const { bus, faults } = makeBus({ maxChain: 4 });
    bus.on('a', () => bus.emit('b', ''));
    bus.on('b', () => bus.emit('a', 0));
    bus.emit('a', 0);
    expect(faults).toEqual([{ kind: 'cycle', event: 'a', chain: ['a', 'b', 'a', 'b', 'a'] }]);
    expect(bus.counters).toMatchObject({ emitted: 4, cycles: 1 });
    expect(faults.map(describeFault)[0]).toContain('a → b → a → b → a');
  });

  test('[BUS4] the bus works on after a cycle', () => {
    const { bus, heard } = makeBus({ maxChain: 3 });
    const leave = bus.on('a', (n) => bus.emit('a', n + 1));
    bus.emit('a', 0);
    leave();
    bus.on('b', (text) => heard.push(text));
    bus.emit('b', 'alive');
    expect(heard).toEqual(['alive']);
  });

  test('[BUS5] the queue is bounded; what does not fit is counted', () => {
    const { bus, faults, heard } = makeBus({ maxQueued: 3 });
    bus.on('a', () => {
      for (let i = 0; i < 5; i += 1) bus.emit('b', `b${i}`);
    });
    bus.on('b', (text) => heard.push(text));
    bus.emit('a', 0);
    expect(heard).toEqual(['b0', 'b1', 'b2']);
    expect(faults).toEqual([
      { kind: 'queue full', event: 'b' },
      { kind: 'queue full', event: 'b' },
    ]);
    expect(bus.counters.refused).toBe(2);
  });

  test('[BUS5] listeners are bounded: a leak is found where it begins', () => {
    const { bus } = makeBus({ maxListeners: 2 });
    bus.on('a', () => undefined);
    bus.on('a', () => undefined);
    expect(() => bus.on('a', () => undefined)).toThrow('More than 2 listeners for a');
  });
});
