export const contentSecurityPolicy: string;
export const securityHeaders: Readonly<Record<string, string>>;
export function startServer(options?: { port?: number; host?: string; folder?: string; onSent?: (path: string, bytes: number) => void }): Promise<{ url: string; close: () => Promise<void> }>;
