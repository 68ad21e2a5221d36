import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './design/theme.css';
import { App } from './app/App';
import { startLanguage } from './i18n/language';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
await startLanguage();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
