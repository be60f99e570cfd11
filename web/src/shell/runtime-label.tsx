import type { RuntimeKind } from '../../../server/contract/status.ts';
import { runtimeTexts } from '../state/runtime-text.ts';
import { Icon } from '../ui/icon.tsx';
import { Tooltip } from '../ui/tooltip.tsx';

/** On which runtime the lab runs, and what of it is real (UI29). */
export function RuntimeLabel({ kind, narrow }: { kind: RuntimeKind; narrow: boolean }) {
  const { title, label, real } = runtimeTexts[kind];
  return (
    <Tooltip text={real}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: its tooltip must be readable by keyboard */}
      <span className="runtime-label" data-testid="runtime" data-runtime={kind} tabIndex={0}>
        <Icon name={kind === 'emulated' ? 'cpu' : 'server'} size="s" />
        {narrow ? title : label}
      </span>
    </Tooltip>
  );
}
