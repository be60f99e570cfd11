import { getPriority, setPriority } from 'node:os';
import type { FastifyBaseLogger } from 'fastify';
import { OwnSession } from './own-session.ts';
import { PathLoad, type PathTiming, type Took } from './path-load.ts';
import { hasChildren, keepTo, processorSeconds, processorsOf, setSessionNice } from './scheduling.ts';

/** What every packet of a lab passes: a process, or one thread of this process. */
export interface Carrier {
  readonly part: 'switch' | 'bridge' | 'router';
  readonly pid: number;
  /** The system's number of the thread that carries (gettid(2)); of a process it is the pid, its first thread. */
  readonly thread: number;
}

/** Beside a browser on two processors, with -10 the slowest hundredth of 10,000 packets a second takes twice as long. */
export const carrierNice = -20;

/** What the people in front of a page should know meanwhile: on a small machine it is the page that waits. */
export const precedenceNote = 'This lab carries so much that its packets go first: pages are drawn when there is time.';

export interface PrecedenceOptions extends PathTiming {
  readonly lookMs: number;
  /** Processor time that a carrier has taken, seconds; undefined when it is gone. A test plans it. */
  readonly usedS: (carrier: Carrier) => number | undefined;
}
const standard: PrecedenceOptions = { lookMs: 200, fullMs: 1000, calmMs: 5000, usedS: processorSeconds };

type Log = Pick<FastifyBaseLogger, 'debug'>;
interface Watched extends Carrier {
  standing: 'usual' | 'preferred' | 'refused';
  /** Nice value that it had before. */
  readonly usualNice: number;
  usedS: number;
}

/**
 * Puts what carries the packets of a busy lab before what draws them, where the system lets it: Linux, with the right to
 * (CAP_SYS_NICE). In a storm all are equal again, so that a page can be used to end it (RUN21).
 */
export class Precedence {
  readonly #log: Log;
  readonly #options: PrecedenceOptions;
  readonly #paths = new Set<Path>();
  readonly #session = new OwnSession(carrierNice);
  #timer: NodeJS.Timeout | undefined;

  constructor(log: Log, options: PrecedenceOptions = standard) {
    this.#log = log;
    this.#options = options;
  }

  /**
   * Looks after the lab whose carriers `source` names, until the function that it returns is called; `tell` hears when they
   * have got precedence, and when they have lost it.
   */
  lookAfter(source: () => readonly Carrier[], tell: (isGiven: boolean) => void): () => void {
    if (process.platform !== 'linux') return () => undefined;
    const path = new Path({ source, tell, options: this.#options, log: this.#log });
    this.#paths.add(path);
    this.#timer ??= setInterval(() => this.#look(), this.#options.lookMs).unref();
    return () => {
      path.end();
      this.#paths.delete(path);
      this.#weighSession();
      if (this.#paths.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }

  #look(): void {
    for (const path of this.#paths) path.look(performance.now());
    this.#weighSession();
  }

  #weighSession(): void {
    this.#session.prefer([...this.#paths].some(({ prefersOwnThread }) => prefersOwnThread));
  }
}

interface PathOptions {
  readonly source: () => readonly Carrier[];
  readonly tell: (isGiven: boolean) => void;
  readonly options: PrecedenceOptions;
  readonly log: Log;
}

/** The carriers of one lab. */
class Path {
  readonly #source: PathOptions['source'];
  readonly #tell: PathOptions['tell'];
  readonly #usedS: PrecedenceOptions['usedS'];
  readonly #load: PathLoad;
  readonly #log: Log;
  readonly #watched = new Map<number, Watched>();
  #lookedMs = 0;
  #wasGiven = false;

  constructor({ source, tell, options, log }: PathOptions) {
    this.#source = source;
    this.#tell = tell;
    this.#usedS = options.usedS;
    this.#load = new PathLoad(options);
    this.#log = log;
  }

  get prefersOwnThread(): boolean {
    return this.#preferred.some(({ pid }) => pid === process.pid);
  }
  get #preferred(): Watched[] {
    return [...this.#watched.values()].filter(({ standing }) => standing === 'preferred');
  }

  look(nowMs: number): void {
    const took = this.#took(nowMs - this.#lookedMs);
    this.#lookedMs = nowMs;
    const isNeeded = this.#load.needsPrecedence(took, nowMs);
    for (const each of this.#watched.values())
      if (isNeeded && each.standing === 'usual') this.#raise(each);
      else if (!isNeeded && each.standing === 'preferred') this.#lower(each);
    this.#tellChange();
  }

  end(): void {
    for (const each of this.#preferred) this.#lower(each);
    this.#watched.clear();
    this.#tellChange();
  }

  #tellChange(): void {
    const isGiven = this.#preferred.length > 0;
    if (isGiven === this.#wasGiven) return;
    this.#wasGiven = isGiven;
    this.#tell(isGiven);
  }

  /** Who came since the last look counts from now on. */
  #took(sinceMs: number): Took {
    const carriers = new Map(this.#source().map((carrier) => [carrier.thread, carrier]));
    for (const [thread, each] of this.#watched) if (!carriers.has(thread)) this.#forget(each);
    let [bySwitch, byBusiest] = [0, 0];
    for (const carrier of carriers.values()) {
      const usedS = this.#usedS(carrier);
      const known = this.#watched.get(carrier.thread);
      if (usedS === undefined) continue;
      if (known === undefined)
        this.#watched.set(carrier.thread, { ...carrier, standing: 'usual', usualNice: niceOf(carrier), usedS });
      else {
        const took = ((usedS - known.usedS) * 1000) / sinceMs;
        known.usedS = usedS;
        byBusiest = Math.max(byBusiest, took);
        if (carrier.part === 'switch') bySwitch = took;
      }
    }
    return { bySwitch, byBusiest };
  }

  /** A process has ended; a thread of this one may go on for a moment. */
  #forget(each: Watched): void {
    if (each.pid === process.pid && each.standing === 'preferred') this.#lower(each);
    this.#watched.delete(each.thread);
  }

  #raise(each: Watched): void {
    // Of a script around a router it is not seen what the router takes.
    const isScript = each.part === 'router' && hasChildren(each.pid);
    each.standing = !isScript && this.#give(each, carrierNice) ? 'preferred' : 'refused';
    if (each.standing === 'preferred') keepApart(each);
  }

  #lower(each: Watched): void {
    each.standing = this.#give(each, each.usualNice) ? 'usual' : 'refused';
    if (each.part !== 'router') void keepTo(processorsOf('self'), each.thread);
  }

  /** To the thread, and to the session of a process. */
  #give({ part, pid, thread }: Carrier, nice: number): boolean {
    try {
      setPriority(thread, nice);
    } catch (error) {
      this.#log.debug({ err: error, part, thread, nice }, 'the precedence of a thread stays as it is');
      return false;
    }
    if (pid !== process.pid) setSessionNice(pid, nice);
    return true;
  }
}

function niceOf({ thread }: Carrier): number {
  try {
    const found = getPriority(thread);
    // What a server left that was killed is nothing that anybody chose.
    return found === carrierNice ? 0 : found;
  } catch {
    return 0; // It has just ended.
  }
}

/**
 * Switch and bridge wake each other for every packet, and the kernel puts who wakes and who is woken on one processor;
 * where there are two, the other one then draws while packets wait. With more processors there is an idle one.
 */
function keepApart({ part, thread }: Carrier): void {
  const processors = processorsOf('self');
  if (processors.length === 2 && part !== 'router')
    void keepTo(part === 'switch' ? processors.slice(0, 1) : processors.slice(1), thread);
}
