import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LIBRARY_FOLDERS = ['/usr/lib/x86_64-linux-gnu', '/lib/x86_64-linux-gnu', '/usr/lib64', '/usr/lib', '/usr/local/nvidia/lib64', '/usr/local/lib', ...(process.env.LD_LIBRARY_PATH ?? '').split(':').filter(Boolean)];
const DRIVER_FOLDERS = ['/etc/vulkan/icd.d', '/usr/share/vulkan/icd.d', '/usr/local/share/vulkan/icd.d', '/usr/local/nvidia/share/vulkan/icd.d', '/usr/local/etc/vulkan/icd.d'];
/** NVIDIA's driver as a Vulkan library, in the order to try: where a container has it without the file that names it. */
const NVIDIA_LIBRARIES = ['libGLX_nvidia.so.0', 'libEGL_nvidia.so.0'];

const names = (folder) => (existsSync(folder) ? readdirSync(folder) : []);

/**
 * What a process needs in its environment to find Vulkan on a bare machine: the loader and what drivers link to, of ours only what the machine has not; and the driver,
 * where no file names it to the loader.
 *
 * @param libraries The folder of libraries that we bring.
 * @param scratch A folder to write to.
 */
export function vulkanEnvironment(libraries, scratch) {
  const cache = ['/sbin/ldconfig', '/usr/sbin/ldconfig'].filter(existsSync).map((path) => spawnSync(path, ['-p'], { encoding: 'utf8' }).stdout ?? '').join('');
  const known = new Set([...LIBRARY_FOLDERS.flatMap(names), ...cache.split('\n').map((line) => line.trim().split(' ')[0])]);
  const [own, driver] = [join(scratch, 'libraries'), join(scratch, 'nvidia_icd.json')];
  mkdirSync(own, { recursive: true });
  const brought = names(libraries).filter((name) => !known.has(name));
  for (const name of brought) symlinkSync(join(libraries, name), join(own, name));

  const drivers = DRIVER_FOLDERS.flatMap((folder) => names(folder).filter((name) => name.endsWith('.json')).map((name) => join(folder, name)));
  const nvidia = NVIDIA_LIBRARIES.find((name) => known.has(name));
  const environment = { LD_LIBRARY_PATH: [process.env.LD_LIBRARY_PATH, own].filter(Boolean).join(':'), XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? '/tmp' };
  const chosen = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES', 'VK_ADD_DRIVER_FILES'].some((name) => process.env[name]);
  if (nvidia && !chosen && !drivers.some((path) => /nvidia/.test(path))) {
    writeFileSync(driver, JSON.stringify({ file_format_version: '1.0.1', ICD: { library_path: nvidia, api_version: '1.3.277' } }));
    environment.VK_ADD_DRIVER_FILES = driver;
  } else if (!chosen && drivers.some((path) => path.startsWith('/usr/local/nvidia'))) {
    environment.VK_ADD_DRIVER_FILES = drivers.filter((path) => path.startsWith('/usr/local/nvidia')).join(':'); // the loader does not look there
  }
  return { environment, brought, drivers, nvidia };
}

/** Why there is no adapter of a GPU and what to do, as far as the machine shows it: the rest of a sentence that ends in "as". */
export function whyNoAdapter({ drivers, nvidia }) {
  const devices = ['/dev/nvidiactl', '/dev/dri', '/dev/dxg', '/dev/kfd'].filter(existsSync);
  if (devices.length === 0) return 'the system shows none (no /dev/nvidiactl, no /dev/dri): in a container, start it with the GPU handed in (docker run --gpus all)';
  if (devices.includes('/dev/nvidiactl') && !nvidia) return "NVIDIA's driver is here without its Vulkan part (libGLX_nvidia.so.0): in a container, set NVIDIA_DRIVER_CAPABILITIES=all";
  if (drivers.length === 0 && !nvidia) return `no Vulkan driver is installed for ${devices.join(', ')}: install it (Mesa's, NVIDIA's or AMD's)`;
  return `Vulkan's driver (${[nvidia, ...drivers].filter(Boolean).join(', ')}) gives no adapter of ${devices.join(', ')}: see whether this user may open the devices`;
}
