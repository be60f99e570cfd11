import { runInMininet, useWhyNotRun } from '../session/run-command.ts';
import { copyText } from '../state/copy-text.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';

/** Lines of a runnable block as the Mininet command line takes them: `client ping …`. */
export function commandLines(host: string | undefined, text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => (host === undefined ? line : `${host} ${line}`));
}

/** A command with Copy and Run; Run types it into the network's command line and is off, with the reason, while that is busy. */
export function CommandBox({ line }: { line: string }) {
  const off = useWhyNotRun();
  const name = line.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return (
    <div className="guide-command" data-testid={`guide-command-${name}`}>
      <div className="command-line">
        <code className="grow">{line}</code>
        <Button
          id={`guide.copy-${name}`}
          icon="copy"
          kind="ghost"
          label="Copy"
          onPress={() => copyText(line, 'Command')}
        />
        <Button
          id={`guide.run-${name}`}
          icon="play"
          label="Run"
          off={off}
          hint="Types it into the network’s command line."
          onPress={() => runInMininet(line)}
        />
      </div>
      {off !== undefined && (
        <p className="guide-off">
          <Icon name="clock" size="s" />
          {off}
        </p>
      )}
    </div>
  );
}

/** All lines of a runnable block. */
export function CommandBlock({ host, text }: { host: string | undefined; text: string }) {
  return commandLines(host, text).map((line) => <CommandBox key={line} line={line} />);
}
