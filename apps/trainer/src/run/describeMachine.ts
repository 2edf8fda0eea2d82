import { cpus, totalmem } from 'node:os';
import { version_core } from '@tensorflow/tfjs-core';
import manifest from '../../package.json' with { type: 'json' };

/** What ran, and on what: the part of a run card that every command shares. Says nothing of the machine's name, its users or its folders. */
export function describeMachine(): { versions: Record<string, string>; hardware: Record<string, string | number> } {
  return {
    versions: { 'cxr-ifa': manifest.version, '@tensorflow/tfjs-core': version_core, node: process.versions.node },
    hardware: { platform: process.platform, architecture: process.arch, processor: cpus()[0]?.model.trim() ?? 'unknown', cores: cpus().length, memoryBytes: memoryLimit() },
  };
}

/** The memory that this process may use: the container's limit where there is one. */
export function memoryLimit(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 && constrained < totalmem() ? constrained : totalmem();
}
