import { useCallback, useEffect, useState } from 'react';
import type { LabDetail, LabEntry, LabList } from '../../../server/contract/rest.ts';
import type { Problem } from '../../../server/contract/status.ts';
import { api } from '../session/api.ts';
import { problemOf } from '../session/problem.ts';

const everyMs = 3_000;

export interface Catalogue {
  readonly list: LabList | undefined;
  readonly problem: Problem | undefined;
  /** Full data by id, as far as it has come. */
  readonly details: Readonly<Record<string, LabDetail>>;
  refresh(): void;
}

/** The catalogue, asked for again while it is looked at; each lab's data once. */
export function useCatalogue(): Catalogue {
  const [list, setList] = useState<LabList>();
  const [problem, setProblem] = useState<Problem>();
  const [details, setDetails] = useState<Readonly<Record<string, LabDetail>>>({});

  const refresh = useCallback(() => {
    api.labs().then(
      (next) => {
        setList(next);
        setProblem(undefined);
      },
      (error: unknown) => setProblem(problemOf(error)),
    );
  }, []);
  useEffect(() => {
    const look = () => {
      if (!document.hidden) refresh();
    };
    refresh();
    const timer = setInterval(look, everyMs);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [refresh]);

  const ids = list?.labs.map((entry) => entry.id).join(' ') ?? '';
  useEffect(() => {
    let left = false;
    for (const id of ids === '' ? [] : ids.split(' ')) {
      api.lab(id).then(
        (detail) => {
          if (!left) setDetails((known) => ({ ...known, [id]: detail }));
        },
        () => {
          // The card shows without its picture; starting it tells what is wrong.
        },
      );
    }
    return () => {
      left = true;
    };
  }, [ids]);
  return { list, problem, details, refresh };
}

export type Shelf = 'all' | 'started' | 'finished';

/** Labs on a shelf whose texts have all the words. */
export function findLabs(entries: readonly LabEntry[], text: string, shelf: Shelf): LabEntry[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter((entry) => {
    const all = `${entry.title} ${entry.summary} ${entry.topics.join(' ')}`.toLowerCase();
    if (!words.every((word) => all.includes(word))) return false;
    if (shelf === 'finished') return isFinished(entry);
    return shelf === 'all' || isRunning(entry) || entry.score !== null;
  });
}

/** All points earned in the last complete run. */
export function isFinished(entry: LabEntry): boolean {
  return entry.points > 0 && entry.score !== null && entry.score >= entry.points;
}

/** Whether there is a network to look at; a lab that failed can only be started again. */
export function isRunning(entry: LabEntry): boolean {
  return entry.status.phase !== 'stopped' && entry.status.phase !== 'failed';
}
