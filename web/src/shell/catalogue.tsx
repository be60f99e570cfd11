import { LabsPage } from '../labs/labs-page.tsx';
import { Brand } from './brand.tsx';
import { PageMenus } from './page-menus.tsx';

/** The catalogue in the page's frame. */
export function Catalogue() {
  return <LabsPage brand={<Brand wide />} menus={<PageMenus />} />;
}
