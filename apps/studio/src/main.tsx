import 'uplot/dist/uPlot.min.css';
import './styles/index.css';
import { render } from 'preact';
import { App } from './app/App.tsx';
import { report } from './app/notices.ts';
import { restoreSession } from './store/restoreSession.ts';

render(<App />, document.getElementById('app') as HTMLElement);
restoreSession().catch(report);
