import { describe, expect, it } from 'vitest';
import { InputError, isInputError } from './inputError.ts';

describe('InputError', () => {
  it('is known by its name, and keeps its cause', () => {
    const cause = new Error('inner');
    const error = new InputError('Cannot read it', { cause });
    expect([isInputError(error), isInputError(cause), error.message, error.cause]).toEqual([true, false, 'Cannot read it', cause]);
  });

  it('keeps what hostile files say on one line, off the terminal, and short', () => {
    expect(new InputError('Cannot read a\u001b[2Jb\nc\u2028d\u202ee').message).toBe('Cannot read a�[2Jb�c�d�e');
    expect(new InputError('Cannot read größe 😀').message).toBe('Cannot read größe 😀');
    expect(new InputError(`Cannot read ${'x'.repeat(1e6)}`).message).toMatch(/^Cannot read x{987}…$/);
    expect(new InputError('x'.repeat(1e6), { maximumLength: 3000 }).message).toMatch(/^x{2999}…$/);
  });
});
