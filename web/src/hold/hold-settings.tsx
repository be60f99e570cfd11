import { useState } from 'react';
import { setBreakpoints } from '../session/interventions.ts';
import type { Breakpoints } from '../state/interventions.ts';
import { NumberField } from '../ui/number-field.tsx';

type Settings = Omit<Breakpoints, 'breakpoints'>;

/** How long and how many packets are held, and whether the router stands still meanwhile. */
export function HoldSettings({ settings }: { settings: Settings }) {
  return (
    <div className="hold-settings">
      <label className="row">
        <input
          type="checkbox"
          checked={settings.stopRouter}
          data-testid="hold-stop-router"
          onChange={(event) => void setBreakpoints({ stopRouter: event.target.checked })}
        />
        Stop the router’s program while a packet is held
      </label>
      <div className="row hold-wrap">
        <NumberSetting
          id="hold-seconds"
          before="Drop what is held for more than"
          after="s"
          value={settings.holdMs / 1000}
          least={1}
          most={600}
          onSet={(seconds) => setBreakpoints({ holdMs: seconds * 1000 })}
        />
        <NumberSetting
          id="hold-capacity"
          before="and hold at most"
          after="at once"
          value={settings.capacity}
          least={1}
          most={1024}
          onSet={(capacity) => setBreakpoints({ capacity })}
        />
      </div>
    </div>
  );
}

function NumberSetting({
  id,
  before,
  after,
  value,
  least,
  most,
  onSet,
}: {
  id: string;
  before: string;
  after: string;
  value: number;
  least: number;
  most: number;
  onSet: (value: number) => Promise<boolean>;
}) {
  const [typed, setTyped] = useState<string>();
  const number = Number(typed);
  const isFine = typed === undefined || (/^\d+$/.test(typed) && number >= least && number <= most);
  const leave = () => {
    setTyped(undefined);
    if (typed !== undefined && isFine && number !== value) void onSet(number);
  };
  return (
    <NumberField
      id={id}
      before={before}
      after={after}
      value={typed ?? String(value)}
      isFine={isFine}
      title={`${least} to ${most}`}
      onChange={setTyped}
      onLeave={leave}
    />
  );
}
