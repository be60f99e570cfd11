import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

test('[BR17] every command that runs a bridge has as many engine threads as there are processors to spare', () => {
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'));
  const flag = '--v8-pool-size=0';
  for (const name of ['start', 'lab', 'bridge', 'bench']) expect(scripts[name], name).toContain(`node ${flag} `);
  expect(read('docker/Dockerfile')).toContain(`ENTRYPOINT ["node", "${flag}", "dist/server/main.js"]`);
});
