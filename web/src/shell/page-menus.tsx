import { Icon } from '../ui/icon.tsx';
import { MenuButton } from '../ui/menu.tsx';
import { openOverlay } from './overlays.tsx';
import { useSettingsItems } from './theme-menu.tsx';

/** Theme, settings and keyboard sheet, at the right end of a top bar. */
export function PageMenus() {
  const items = useSettingsItems();
  return (
    <>
      <MenuButton id="settings" label="Theme and settings" items={items} className="button button-ghost button-bare">
        <Icon name="sliders" />
      </MenuButton>
      <button
        type="button"
        className="button button-ghost button-bare"
        data-testid="cmd-help"
        aria-label="Keyboard sheet"
        onClick={() => openOverlay('keys')}
      >
        <kbd>?</kbd>
      </button>
    </>
  );
}
