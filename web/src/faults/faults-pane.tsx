import { useRef, useState } from 'react';
import { removeFault, setFault, stopFaults } from '../session/interventions.ts';
import { type FaultInfo, liveFaults, useInterventions } from '../state/interventions.ts';
import { useLab } from '../state/lab-store.ts';
import { pointAtPacket } from '../state/trace-store.ts';
import { Button } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { Icon } from '../ui/icon.tsx';
import { PaneTools } from '../ui/pane-tools.tsx';
import { FaultFields } from './fault-fields.tsx';
import { countText, faultText, whenText, whereText } from './fault-words.ts';
import { presetsOf } from './presets.ts';
import './faults.css';

/** Faults of links, interfaces, connections and programs: those that run, and a form to add one. */
export function FaultsPane() {
  const faults = useInterventions((state) => state.faults);
  const lab = useLab((state) => state.detail?.lab);
  const [edited, setEdited] = useState<FaultInfo>();
  const [saved, setSaved] = useState(0);
  const pane = useRef<HTMLDivElement>(null);
  if (lab === undefined) return null;
  const live = liveFaults(faults).length;
  return (
    <div ref={pane} className="faults" data-testid="faults">
      <PaneTools>
        {faults.length > 0 && (
          <Button
            id="faults.stop-all"
            label="Stop all faults"
            icon="close"
            kind="danger"
            onPress={() => void stopFaults()}
          />
        )}
      </PaneTools>
      {faults.length === 0 ? (
        <p className="faults-none" data-testid="faults-empty">
          <Icon name="ok" size="s" />
          Nothing is disturbed. A fault set here is shown on the map, and each packet that it hits says so in the trace.
        </p>
      ) : (
        <ul className="fault-list" aria-label={`Faults, ${live} at work or to come`} data-testid="fault-list">
          {faults.map((fault) => (
            <li key={fault.id} className="fault" data-state={fault.state} data-testid={`fault-${fault.id}`}>
              <Icon name="bolt" />
              <span className="fault-text">
                <b className="strong">{faultText(fault)}</b>
                <span className="mid">
                  {whereText(fault.where, lab)}
                  {whenText(fault.when) !== '' && `, ${whenText(fault.when)}`}
                </span>
                <span className="row">
                  <Chip tone={fault.state === 'active' ? 'warn' : 'plain'}>
                    {{ scheduled: 'to come', active: 'at work', over: 'over' }[fault.state]}
                  </Chip>
                  <span className="mid" data-testid={`fault-${fault.id}-count`}>
                    {countText(fault)}
                  </span>
                  {fault.lastSeq > 0 && (
                    <button
                      type="button"
                      className="fault-last"
                      data-testid={`fault-${fault.id}-last`}
                      onClick={() => pointAtPacket(fault.lastSeq)}
                    >
                      last #{fault.lastSeq}
                    </button>
                  )}
                </span>
              </span>
              <Button
                id={`fault-${fault.id}.edit`}
                label="Change the fault"
                icon="pencil"
                kind="ghost"
                bare
                onPress={() => setEdited(fault)}
              />
              <Button
                id={`fault-${fault.id}.remove`}
                label="Remove the fault"
                icon="close"
                kind="ghost"
                bare
                onPress={() => {
                  if (edited?.id === fault.id) setEdited(undefined);
                  void removeFault(fault.id);
                }}
              />
            </li>
          ))}
        </ul>
      )}
      <section className="stack" aria-label="Ready-made faults">
        <span className="meta-label">Set at once</span>
        <div className="fault-presets">
          {presetsOf(lab).map(({ id, label, fault }) => (
            <Button
              key={id}
              id={`fault-preset.${id}`}
              label={label}
              icon="bolt"
              hint={`${faultText(fault)}: ${whereText(fault.where, lab)}.`}
              onPress={() => void setFault(fault)}
            />
          ))}
        </div>
      </section>
      <FaultFields
        key={edited?.id ?? `new ${saved}`}
        lab={lab}
        initial={edited}
        onCancel={edited === undefined ? undefined : () => setEdited(undefined)}
        onSave={async (fault) => {
          const isTaken = await setFault(edited === undefined ? fault : { ...fault, id: edited.id });
          if (!isTaken) return;
          setEdited(undefined);
          setSaved((count) => count + 1);
          pane.current?.scrollTo({ top: 0 });
        }}
      />
    </div>
  );
}
