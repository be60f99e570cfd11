import { useState } from 'react';
import { saveAndStop, stopLab } from '../session/lab-actions.ts';
import { useLab } from '../state/lab-store.ts';
import { type StopQuestion, useStopQuestion } from '../state/stop-question.ts';
import { plural } from '../state/text.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { currentView } from './use-view-link.ts';
import './stop-dialog.css';

/** Asks whether a lab is to be stopped, and offers to keep its run (UI59). */
export function StopDialog({ question }: { question: StopQuestion }) {
  const { id, title, packets, others, canBeSaved, settled } = question;
  const [isSaving, setSaving] = useState(false);
  const close = () => useStopQuestion.setState({ question: undefined });
  const wait = isSaving ? 'The run is being saved.' : undefined;
  const cancel = () => {
    if (isSaving) return;
    close();
    settled();
  };
  const stop = () => {
    close();
    void stopLab(id).then(settled);
  };
  const save = () => {
    setSaving(true);
    void saveAndStop(id, useLab.getState().id === id ? currentView() : {}).then(() => {
      close();
      settled();
    });
  };
  return (
    <Dialog label={`Stop ${title}?`} className="stop-dialog" testId="stop-dialog" onClose={cancel}>
      <h2>Stop {title}?</h2>
      <p>{plural(packets, 'packet')} of this run, what its terminals say and what is set in it go with it.</p>
      {others > 0 && (
        <p className="tone-warn">
          {plural(others, 'other page')} {others === 1 ? 'looks' : 'look'} at it now.
        </p>
      )}
      <div className="stop-dialog-foot">
        <Button
          id="stop.save"
          label={isSaving ? 'Saving…' : 'Save the run and stop'}
          icon="external"
          off={canBeSaved ? wait : 'Only a run that goes on can be saved.'}
          onPress={save}
        />
        <span className="grow" />
        <Button id="stop.cancel" label="Let it run" kind="ghost" off={wait} onPress={cancel} />
        <Button id="stop.sure" label="Stop" kind="danger" off={wait} onPress={stop} />
      </div>
    </Dialog>
  );
}
