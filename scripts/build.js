import { ensureBuilt, ensureDependencies } from './lib/project.js';

await ensureDependencies();
await ensureBuilt({ page: true });
