import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { listenForKeys } from './state/commands.ts';
import { applyPreferences } from './state/preferences.ts';
import { listenForHistory } from './state/route.ts';
import './ui/base.css';
import './ui/parts.css';
import { App } from './shell/app.tsx';

applyPreferences(window);
listenForHistory(window);
listenForKeys(document);

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
