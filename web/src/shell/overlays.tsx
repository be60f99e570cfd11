import { useId, useState } from 'react';
import { create } from 'zustand';
import { type Command, offered, useCommands } from '../state/commands.ts';
import { keyParts } from '../state/keys.ts';
import { setPreferences, usePreferences } from '../state/preferences.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';
import { findCommands } from './find-commands.ts';
import './overlays.css';

type Overlay = 'palette' | 'keys' | undefined;
const useOverlay = create<{ readonly overlay: Overlay }>()(() => ({ overlay: undefined }));

/** Opens the command palette or the keyboard sheet. */
export function openOverlay(overlay: Overlay): void {
  useOverlay.setState({ overlay });
}

const close = (): void => openOverlay(undefined);

export const overlayCommands: readonly Command[] = [
  {
    id: 'palette.open',
    title: 'Find a command',
    group: 'Page',
    keys: ['F1', 'Ctrl+Shift+P'],
    inTerminal: true,
    run: () => openOverlay(useOverlay.getState().overlay === 'palette' ? undefined : 'palette'),
  },
  { id: 'keys.open', title: 'Keyboard sheet', group: 'Page', keys: ['?'], run: () => openOverlay('keys') },
];

/** Palette and keyboard sheet: both are made from the command registry. */
export function Overlays() {
  const overlay = useOverlay((state) => state.overlay);
  if (overlay === 'palette') return <Palette />;
  if (overlay === 'keys') return <KeySheet />;
  return null;
}

function Palette() {
  const commands = useCommands((state) => state.commands);
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const list = useId();
  const found = findCommands(offered(commands), text).filter((command) => command.id !== 'palette.open');
  const chosen = found[Math.min(at, found.length - 1)];

  const run = (command: Command | undefined) => {
    close();
    // The focus is back where it was before the command acts.
    if (command !== undefined) setTimeout(() => command.run());
  };
  return (
    <Dialog label="Find a command" className="palette" onClose={close}>
      <div className="field">
        <Icon name="search" size="s" />
        <input
          role="combobox"
          aria-expanded="true"
          aria-controls={list}
          aria-activedescendant={chosen === undefined ? undefined : `${list}-${chosen.id}`}
          aria-label="Find a command"
          placeholder="Find a command"
          data-testid="palette-input"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown') setAt((now) => Math.min(now + 1, found.length - 1));
            else if (event.key === 'ArrowUp') setAt((now) => Math.max(now - 1, 0));
            else if (event.key === 'Enter') run(chosen);
            else return;
            event.preventDefault();
          }}
        />
      </div>
      <div className="palette-list" id={list} role="listbox" aria-label="Commands">
        {found.map((command) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the text field has the keyboard
          <div
            key={command.id}
            id={`${list}-${command.id}`}
            role="option"
            tabIndex={-1}
            aria-selected={command === chosen}
            className="palette-item"
            data-testid={`palette-${command.id}`}
            ref={command === chosen ? (element) => element?.scrollIntoView({ block: 'nearest' }) : undefined}
            onClick={() => run(command)}
          >
            <span className="grow">{command.title}</span>
            <span className="dim">{command.group}</span>
            <Keys written={command.keys?.[0]} />
          </div>
        ))}
        {found.length === 0 && <p className="palette-none dim">No command is called that.</p>}
      </div>
    </Dialog>
  );
}

function KeySheet() {
  const commands = useCommands((state) => state.commands);
  const singleKeys = usePreferences((state) => state.singleKeys);
  const [text, setText] = useState('');
  const keyed = findCommands(
    offered(commands).filter((command) => (command.keys ?? []).length > 0),
    text,
  );
  const groups = [...new Set(keyed.map((command) => command.group))];
  return (
    <Dialog label="Keyboard sheet" className="key-sheet" onClose={close}>
      <div className="row key-sheet-head">
        <h2 className="grow">Keyboard</h2>
        <Button
          id="single-keys"
          label={singleKeys ? 'Switch single-letter keys off' : 'Switch single-letter keys on'}
          onPress={() => setPreferences({ singleKeys: !singleKeys })}
        />
        <Button id="close-sheet" label="Close" icon="close" kind="ghost" bare onPress={close} />
      </div>
      <div className="field">
        <Icon name="search" size="s" />
        <input
          aria-label="Search the keyboard sheet"
          placeholder="Search"
          data-testid="key-sheet-input"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <div className="key-groups">
        {groups.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {keyed
                .filter((command) => command.group === group)
                .map((command) => (
                  <div key={command.id}>
                    <dt>{command.title}</dt>
                    <dd>
                      {command.keys?.map((key) => (
                        <Keys key={key} written={key} />
                      ))}
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
        <section>
          <h3>In a terminal</h3>
          <p className="mid">
            A focused terminal owns every key except F1 and Ctrl+Shift+P, F6 and Shift+F6, Ctrl+Shift+C and
            Ctrl+Shift+V. Ctrl+C copies while text is selected; otherwise it interrupts.
          </p>
        </section>
      </div>
    </Dialog>
  );
}

function Keys({ written }: { written: string | undefined }) {
  if (written === undefined) return null;
  return (
    <span className="keys">
      {keyParts(written).map((part) => (
        <kbd key={part}>{part}</kbd>
      ))}
    </span>
  );
}
