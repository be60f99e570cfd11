import { navigate } from '../state/route.ts';
import { Icon } from '../ui/icon.tsx';
import './top-bar.css';

/** The brand, which leads to the catalogue. */
export function Brand({ wide }: { wide: boolean }) {
  return (
    <a
      className="brand"
      href="/"
      data-testid="brand"
      aria-label="Patchbay: all labs"
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        navigate('/');
      }}
    >
      <span className="brand-mark">
        <Icon name="cable" />
      </span>
      {wide && <span className="brand-word">Patchbay</span>}
    </a>
  );
}
