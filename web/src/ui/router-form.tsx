import { useId } from 'react';
import { splitArgv } from '../state/argv.ts';
import './router-form.css';

/** What a person types to say which program is the router. */
export interface OwnRouter {
  readonly command: string;
  readonly cwd: string;
}

/** The choice that the text means, or why it is none. */
export function ownChoice(
  own: OwnRouter,
):
  | { readonly ok: true; readonly choice: { kind: 'command'; argv: string[]; cwd: string } }
  | { readonly ok: false; readonly why: string } {
  const split = splitArgv(own.command);
  if (!split.ok) return split;
  if (own.cwd.trim() === '') return { ok: false, why: 'Name the folder in which the program runs.' };
  return { ok: true, choice: { kind: 'command', argv: [...split.argv], cwd: own.cwd.trim() } };
}

/** Fields for a program on the server's machine: the command, no shell involved, and the folder it runs in. */
export function RouterForm({ own, onChange }: { own: OwnRouter; onChange: (own: OwnRouter) => void }) {
  const id = useId();
  const choice = ownChoice(own);
  const why = !choice.ok && own.command !== '' ? choice.why : undefined;
  return (
    <div className="router-form">
      <label htmlFor={`${id}-command`}>Command</label>
      <div className={`field ${why !== undefined && own.cwd !== '' ? 'field-bad' : ''}`}>
        <input
          id={`${id}-command`}
          className="mono"
          spellCheck={false}
          autoComplete="off"
          placeholder="./sr -s localhost -p 8888"
          data-testid="router-command"
          aria-describedby={`${id}-why`}
          value={own.command}
          onChange={(event) => onChange({ ...own, command: event.target.value })}
        />
      </div>
      <label htmlFor={`${id}-cwd`}>Folder</label>
      <div className="field">
        <input
          id={`${id}-cwd`}
          className="mono"
          spellCheck={false}
          autoComplete="off"
          placeholder="/home/me/simple-router"
          data-testid="router-cwd"
          value={own.cwd}
          onChange={(event) => onChange({ ...own, cwd: event.target.value })}
        />
      </div>
      <p id={`${id}-why`} className={why === undefined ? 'dim' : 'tone-bad'} data-testid="router-why">
        {why ?? 'Program and arguments as you would type them; no shell is involved. It runs on the server’s machine.'}
      </p>
    </div>
  );
}
