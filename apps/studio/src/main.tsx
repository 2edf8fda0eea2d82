import './styles/index.css';
import { render, type JSX } from 'preact';
import { Message } from './app/Message.tsx';
import { holdStudio } from './store/holdStudio.ts';

const root = document.getElementById('app') as HTMLElement;
const show = (page: JSX.Element): void => render(page, root);

/** Opens the studio in this window, unless it is open in another one: nothing of it runs before that is known. */
async function open(take: boolean): Promise<void> {
  try {
    if (!isSecureContext) return show(<Message title="The studio cannot run at this address"><p>Browsers keep images and compute with threads only for pages that come over https, or from this machine: open it at https:// or at http://localhost.</p></Message>);
    if (await holdStudio({ take, onLost: () => location.reload() })) return await (await import('./app/openStudio.tsx')).openStudio(root);
    show(
      <Message title="The studio is open in another window">
        <p>Two windows would overwrite each other's labels, so one works at a time. What is used here is closed there; it is all kept, and a run of pre-training pauses at its last checkpoint.</p>
        <button type="button" class="primary" onClick={() => void open(true)}>Use it here</button>
      </Message>,
    );
  } catch (error) {
    show(<Message title="The studio cannot be opened"><p role="alert">{(error as Error).message}</p></Message>);
  }
}

void open(false);
