import type { ComponentChildren, JSX } from 'preact';

/** A page that says one thing, where the studio itself cannot be. */
export function Message({ title, children }: { readonly title: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <main class="empty">
      <section class="target">
        <h1>{title}</h1>
        {children}
      </section>
    </main>
  );
}
