import type { GraphAnswer } from '../../../server/contract/graph.ts';
import { runCommand } from '../state/commands.ts';
import { Button } from '../ui/button.tsx';
import { MenuButton } from '../ui/menu.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { mostLines, presets, unitWords } from './graph-series.ts';
import { useGraphChoice } from './graph-store.ts';
import { intervalText } from './graph-time.ts';

const intervals: readonly number[] = [1, 10, 100, 1000, 10_000, 60_000].map((ms) => ms * 1000);

/** What is drawn and how: time, unit, interval, scale, and another line. */
export function GraphTools({ answer }: { answer: GraphAnswer | undefined }) {
  const { lines, unit, intervalUs, isLog, window, still, add } = useGraphChoice();
  const full = lines.length >= mostLines ? `At most ${mostLines} lines at once.` : undefined;
  return (
    <div className="metrics-tools">
      <Button
        id="metrics.follow"
        icon={still === undefined ? 'pause' : 'follow'}
        label={still === undefined ? 'Pause' : 'Follow'}
        keyHint="f"
        onPress={() => runCommand('metrics.follow')}
      />
      <Segmented
        label="Time"
        testId="metrics-window"
        value={window}
        options={[
          { value: '30', label: '30 s' },
          { value: '300', label: '5 min' },
          { value: 'all', label: 'All kept' },
        ]}
        onChange={(next) => useGraphChoice.setState({ window: next, still: undefined, selected: undefined })}
      />
      <Segmented
        label="Unit"
        testId="metrics-unit"
        value={unit}
        options={[
          { value: 'packets', label: unitWords.packets },
          { value: 'bytes', label: unitWords.bytes },
          { value: 'bits', label: unitWords.bits },
        ]}
        onChange={(next) => useGraphChoice.setState({ unit: next })}
      />
      <Segmented
        label="Scale"
        testId="metrics-scale"
        value={isLog ? 'log' : 'linear'}
        options={[
          { value: 'linear', label: 'Linear' },
          { value: 'log', label: 'Log' },
        ]}
        onChange={(next) => useGraphChoice.setState({ isLog: next === 'log' })}
      />
      <label className="metrics-interval">
        <span className="dim">Interval</span>
        <select
          className="select"
          data-testid="metrics-interval"
          value={intervalUs ?? 'auto'}
          onChange={({ target }) =>
            useGraphChoice.setState({ intervalUs: target.value === 'auto' ? undefined : Number(target.value) })
          }
        >
          <option value="auto">
            {answer === undefined || intervalUs !== undefined ? 'auto' : `auto: ${intervalText(answer.intervalUs)}`}
          </option>
          {intervals.map((us) => (
            <option key={us} value={us}>
              {intervalText(us)}
            </option>
          ))}
        </select>
      </label>
      {intervalUs !== undefined && answer !== undefined && answer.intervalUs > intervalUs && (
        <span className="tone-warn" data-testid="metrics-coarser">
          {intervalText(answer.intervalUs)}: so long a time has no shorter ones
        </span>
      )}
      <span className="metrics-grow" />
      <MenuButton
        id="metrics.add"
        label="Add a line"
        className="button button-plain"
        items={[
          ...presets.map((preset) => ({
            id: `metrics-add-${preset.id}`,
            label: preset.label,
            group: 'What people look for',
            note: preset.filter === '' ? 'every packet' : preset.filter,
            off: full,
            run: () => add(preset),
          })),
          { id: 'metrics-add-own', label: 'A filter of your own', group: 'Else', off: full, run: () => add() },
        ]}
      >
        Add a line
      </MenuButton>
    </div>
  );
}
