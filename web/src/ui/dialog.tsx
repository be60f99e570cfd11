import { type ReactNode, useEffect, useRef } from 'react';
import './dialog.css';

interface DialogProps {
  readonly label: string;
  readonly className: string;
  readonly testId?: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Over everything else until it is closed, by Escape and a press beside it too; then the focus is where it was before. */
export function Dialog({ label, className, testId, onClose, children }: DialogProps) {
  const host = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    host.current?.showModal();
    host.current?.querySelector('input')?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it, and the click is on the backdrop
    <dialog
      ref={host}
      className={`dialog ${className}`}
      aria-label={label}
      data-testid={testId}
      onCancel={(event) => {
        // Whoever shows it takes it away.
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === host.current) onClose();
      }}
    >
      {children}
    </dialog>
  );
}
