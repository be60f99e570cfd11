import { act, Suspense } from 'react';
import { expect, test } from 'vitest';
import { byTestId, find, freshPage } from './page.fixture.ts';
import { part } from './part.tsx';

const page = freshPage();
const Body = ({ name }: { name: string }) => <p data-testid="body">{name}</p>;
const inWell = (content: React.ReactNode) => <Suspense fallback={<p data-testid="well" />}>{content}</Suspense>;

test('[UI49] code that was fetched before is drawn at once, without what stands in its place', async () => {
  let asked = 0;
  const Late = part(async () => {
    asked += 1;
    return Body;
  });
  await Late.fetch();
  await page.draw(inWell(<Late name="first" />));
  expect(byTestId('body').textContent).toBe('first');
  expect(asked).toBe(1);
});

test('[UI49] code that is asked for by drawing it keeps what it drew when it is here', async () => {
  let resolve: (body: typeof Body) => void = () => {};
  const promise = new Promise<typeof Body>((done) => {
    resolve = done;
  });
  const Late = part(() => promise);
  await page.draw(inWell(<Late name="first" />));
  expect(find('well')).not.toBeNull();
  await act(async () => resolve(Body));
  const drawn = byTestId('body');
  await page.draw(inWell(<Late name="second" />));
  expect(byTestId('body')).toBe(drawn);
  expect(drawn.textContent).toBe('second');
});

test('[UI49] code that did not come is asked for again', async () => {
  const answers = [Promise.reject(new Error('gone')), Promise.resolve(Body)];
  const Late = part(() => answers.shift() ?? Promise.reject(new Error('asked too often')));
  await expect(Late.fetch()).rejects.toThrow('gone');
  await Late.fetch();
  await page.draw(inWell(<Late name="at last" />));
  expect(byTestId('body').textContent).toBe('at last');
});
