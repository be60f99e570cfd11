import type { CheckResult } from '../../../server/contract/grade.ts';
import { Icon } from '../ui/icon.tsx';
import type { IconName } from '../ui/icon-paths.ts';

const looks: Record<CheckResult['state'], readonly [icon: IconName, tone: string, word: string]> = {
  waiting: ['idle', 'dim', 'not run'],
  running: ['waiting', 'tone-info', 'running'],
  passed: ['ok', 'tone-ok', 'passed'],
  failed: ['bad', 'tone-bad', 'failed'],
  error: ['warn', 'tone-bad', 'could not be run'],
  skipped: ['idle', 'dim', 'left out'],
};

/** State of a check as a symbol, with its word for those who do not see it. */
export function CheckIcon({ state }: { state: CheckResult['state'] }) {
  const [icon, tone, word] = looks[state];
  return (
    <span className={`check-icon ${tone}`} data-state={state}>
      <Icon name={icon} />
      <span className="unseen">{word}</span>
    </span>
  );
}
