import type { Input } from './makeInput.mjs';

export function runInput(kind: string, input: Input): Promise<{ outcome: 'decoded' | 'refused' | 'wrong'; reason?: string; passed: boolean }>;
