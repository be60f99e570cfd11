import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, expect, test } from 'vitest';
import { parseMarkdown } from './markdown.ts';
import { Markdown } from './markdown-view.tsx';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

let unmount = () => {};
afterEach(() => unmount());

function drawn(source: string): HTMLElement {
  const host = document.createElement('div');
  document.body.append(host);
  const root = createRoot(host);
  act(() =>
    root.render(
      <Markdown blocks={parseMarkdown(source)} command={(on, line) => <kbd>{`${on ?? 'mininet'}: ${line}`}</kbd>} />,
    ),
  );
  unmount = () => {
    act(() => root.unmount());
    host.remove();
  };
  return host;
}

test('[GUIDE2] an attack is drawn as the text that it is', () => {
  const attack = '<img src=x onerror=alert(1)> `</code><script>1</script>` [x](javascript:alert(1)) **<b>**';
  const host = drawn(
    `# ${attack}\n\n${attack}\n\n| ${attack} |\n| --- |\n| ${attack} |\n\n\`\`\`"><script>\n${attack}\n\`\`\``,
  );
  expect(host.querySelectorAll('script,img,b,[onerror],a').length).toBe(0);
  expect(host.textContent).toContain('<img src=x onerror=alert(1)>');
});

test('[GUIDE2] a link leads out without a trace of this page, and nothing is fetched for it', () => {
  const host = drawn('[out](https://example.org/) ![pic](https://example.org/p.png)');
  const links = [...host.querySelectorAll('a')];
  expect(links.map((link) => [link.target, link.rel])).toEqual([
    ['_blank', 'noopener noreferrer'],
    ['_blank', 'noopener noreferrer'],
  ]);
  expect(host.querySelector('img')).toBeNull();
});

test('[GUIDE1] every block becomes its element', () => {
  const host = drawn(
    '## Two parts\n\n1. a\n2. b\n\n- c\n\n> d\n\n---\n\n| e |\n| :-: |\n| f |\n\n```run host=client\nls\n```',
  );
  expect(host.querySelector('h2')?.id).toBe('guide-two-parts');
  expect([...host.querySelectorAll('ol > li, ul > li, blockquote, td, th')].map((each) => each.textContent)).toEqual([
    'a',
    'b',
    'c',
    'd',
    'e',
    'f',
  ]);
  expect(host.querySelector('td')?.dataset.align).toBe('center');
  expect(host.querySelector('hr')).not.toBeNull();
  expect(host.querySelector('kbd')?.textContent).toBe('client: ls');
});
