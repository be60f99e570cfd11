import { Component, type ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';

/** What browsers call code that did not come: each has words of its own, and there is no other mark. */
const codeIsMissing = /dynamically imported module|module script|preload/i;

/** Keeps what fails in a part of the page to that part, which says so; the rest goes on (UI48). */
export class Boundary extends Component<{ what: string; children: ReactNode }, { error: Error | undefined }> {
  override state: { error: Error | undefined } = { error: undefined };

  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    const reason = codeIsMissing.test(error.message)
      ? 'Its code did not come from the server. Was Patchbay built again since this page was loaded? Then the page has to be loaded again.'
      : `It met an error of its own: ${error.message}`;
    return (
      <EmptyState
        icon="bad"
        tone="bad"
        title={`${this.props.what} cannot be shown`}
        reason={reason}
        testId="state-failed-part"
      >
        <Button
          id="load-again"
          label="Load the page again"
          icon="refresh"
          kind="primary"
          onPress={() => location.reload()}
        />
      </EmptyState>
    );
  }
}
