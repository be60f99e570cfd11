import type { ExpectationResult, StepResult } from '../../../server/contract/grade.ts';
import { plural } from '../state/text.ts';
import { showPackets } from '../state/trace-filter.ts';
import { Button } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { Icon } from '../ui/icon.tsx';
import { CheckIcon } from './check-icon.tsx';
import { type CheckItem, durationText } from './checks-view.ts';

/** Reasons are written to follow “because”; here they stand alone. */
const sentenceOf = (because: string) => because.charAt(0).toUpperCase() + because.slice(1);

/** One expectation: a line when it is met, both sides when it is not. */
function Expectation({ result }: { result: ExpectationResult }) {
  if (result.passed) {
    return (
      <p className="check-met">
        <Icon name="ok" size="s" className="tone-ok" />
        {sentenceOf(result.because)}
      </p>
    );
  }
  return (
    <div className="check-unmet" data-testid="check-unmet">
      <p className="check-met">
        <Icon name="bad" size="s" className="tone-bad" />
        <b className="strong">{sentenceOf(result.because)}</b>
      </p>
      <div className="check-sides">
        <div>
          <h4>
            <Icon name="ok" size="s" className="tone-ok" />
            Expected
          </h4>
          <pre>{result.expected}</pre>
        </div>
        <div>
          <h4>
            <Icon name="bad" size="s" className="tone-bad" />
            Observed
          </h4>
          <pre>{result.observed}</pre>
        </div>
      </div>
    </div>
  );
}

function endOf(step: StepResult): string {
  if (step.timedOut) return 'ran out of time';
  if (step.exitCode === null) return 'did not end by itself';
  return `exit code ${step.exitCode}`;
}

function Step({ step, number }: { step: StepResult; number: number }) {
  const packets = step.lastSeq - step.firstSeq + 1;
  return (
    <section className="check-step" aria-label={`Step ${number}`} data-testid={`check-step-${number}`}>
      <header>
        <Icon name={step.passed ? 'ok' : 'bad'} size="s" className={step.passed ? 'tone-ok' : 'tone-bad'} />
        <code>
          {step.host} {step.command}
        </code>
        <span className="check-end">
          {endOf(step)}, {durationText(step.durationMs)}
        </span>
        {step.firstSeq > 0 ? (
          <Button
            id={`check.packets-${number}`}
            icon="trace"
            label="Show its packets"
            hint={`#${step.firstSeq} to #${step.lastSeq}: ${plural(packets, 'record')} of the log while it ran.`}
            onPress={() => showPackets(step.firstSeq, step.lastSeq)}
          />
        ) : (
          <span className="check-end">no packets crossed</span>
        )}
      </header>
      {step.expectations.map((result) => (
        <Expectation key={`${result.because} ${result.expected}`} result={result} />
      ))}
      {step.output !== '' && (
        <details open={!step.passed} className="check-output">
          <summary>Output{step.truncated && ', its beginning'}</summary>
          <pre data-testid={`check-output-${number}`}>{step.output}</pre>
        </details>
      )}
    </section>
  );
}

const sentences: Partial<Record<CheckItem['state'], string>> = {
  waiting: 'It has not been run yet.',
  running: 'It is running now.',
  skipped: 'It was left out of the last run.',
};

/** A check: what it asks for, what its steps expected and what they saw. */
export function CheckDetail({ item, off, onRun }: { item: CheckItem; off: string | undefined; onRun: () => void }) {
  const points = `${item.score} of ${item.maxScore} ${item.maxScore === 1 ? 'point' : 'points'}`;
  const sentence = sentences[item.state];
  const ran = item.result !== undefined && item.result.steps.length > 0;
  return (
    <article className="check-detail" data-testid="check-detail" data-check={item.id}>
      <header className="check-title">
        <CheckIcon state={item.state} />
        <h2>
          {item.number}. {item.title}
        </h2>
        {(item.state === 'passed' || item.bad) && <Chip tone={item.bad ? 'bad' : 'ok'}>{points}</Chip>}
        <span className="grow" />
        <Button
          id="check.run"
          icon={ran ? 'refresh' : 'play'}
          label={ran ? 'Run again' : 'Run this check'}
          off={off}
          onPress={onRun}
        />
      </header>
      {item.requirement !== '' && (
        <p className={`check-requirement ${item.bad ? 'check-broken' : ''}`} data-testid="check-requirement">
          <Icon name="flag" size="s" />
          <span>
            <b>{item.bad ? 'What it breaks' : 'What it asks for'}</b> {item.requirement}
          </span>
        </p>
      )}
      {sentence !== undefined && !ran && <p className="check-sentence">{sentence}</p>}
      {item.state === 'error' && !ran && (
        <p className="check-sentence tone-bad">It could not be run, and so says nothing about the router.</p>
      )}
      {item.result?.steps.map((step, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: steps have an order and nothing else of their own
        <Step key={i} step={step} number={i + 1} />
      ))}
    </article>
  );
}
