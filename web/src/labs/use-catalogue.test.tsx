import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { freshPage } from '../ui/page.fixture.ts';
import { useCatalogue } from './use-catalogue.ts';

let asked = 0;
let hidden = false;
beforeEach(() => {
  asked = 0;
  hidden = false;
  vi.stubGlobal('fetch', async () => {
    asked++;
    return Response.json({ labs: [] });
  });
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});
const page = freshPage();

function Names() {
  return <>{useCatalogue().list?.labs.map(({ title }) => title)}</>;
}

test('[UI56] a catalogue that is come back to is asked for at once', async () => {
  await page.draw(<Names />);
  expect(asked).toBe(1);
  hidden = true;
  document.dispatchEvent(new Event('visibilitychange'));
  expect(asked).toBe(1);
  hidden = false;
  document.dispatchEvent(new Event('visibilitychange'));
  expect(asked).toBe(2);
});
