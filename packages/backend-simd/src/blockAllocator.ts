/** Blocks begin at multiples of this and kernels may read and write their padding (BLOCK_ALIGNMENT in native/vector.h). */
const ALIGNMENT = 64;
/** Blocks up to this size come from slabs of equal blocks, so that scalars and vectors do not break up the room for maps. */
const LARGEST_SMALL_BLOCK = 2048;
const SLAB = 16384;

/**
 * Hands out blocks of a memory that can grow at its end. Large blocks: best fit, neighbours merge when they are free again.
 * A training step asks for the same sizes in the same order each time, and so finds its blocks where it left them.
 */
export class BlockAllocator {
  private readonly addresses: number[] = []; // of free large blocks, ascending
  private readonly sizes: number[] = [];
  private readonly smallBlocks: number[][] = [];
  private used = 0;

  /**
   * @param end Where the memory begins to be ours and, as yet, ends.
   * @param growTo Makes the memory reach at least the given address and returns where it ends then; throws if it cannot.
   */
  constructor(
    private end: number,
    private readonly growTo: (end: number, requested: number) => number,
  ) {
    this.end = roundUp(end, ALIGNMENT);
  }

  /** Bytes in blocks that are in use, padding included. */
  get usedBytes(): number {
    return this.used;
  }

  /** Returns the address of a block of at least `bytes` bytes, whose content is arbitrary. */
  allocate(bytes: number): number {
    const size = blockSize(bytes);
    this.used += size;
    return size <= LARGEST_SMALL_BLOCK ? this.allocateSmall(size) : this.allocateLarge(size);
  }

  /** Takes a block back; `bytes` as it was asked for. */
  free(address: number, bytes: number): void {
    const size = blockSize(bytes);
    this.used -= size;
    if (size <= LARGEST_SMALL_BLOCK) this.freeSmallBlocks(size).push(address);
    else this.freeLarge(address, size);
  }

  private freeSmallBlocks(size: number): number[] {
    return (this.smallBlocks[Math.log2(size)] ??= []);
  }

  private allocateSmall(size: number): number {
    const blocks = this.freeSmallBlocks(size);
    if (blocks.length === 0) {
      const slab = this.allocateLarge(SLAB);
      for (let offset = SLAB - size; offset >= 0; offset -= size) blocks.push(slab + offset);
    }
    return blocks.pop() as number;
  }

  private allocateLarge(size: number): number {
    let best = this.sizes.findIndex((free) => free >= size);
    if (best < 0) {
      this.grow(size);
      best = this.sizes.length - 1;
    }
    const address = this.addresses[best] as number;
    const rest = (this.sizes[best] as number) - size;
    if (rest === 0) {
      this.addresses.splice(best, 1);
      this.sizes.splice(best, 1);
    } else {
      this.addresses[best] = address + size;
      this.sizes[best] = rest;
    }
    return address;
  }

  /** Makes the last free block, which ends with the memory, large enough. */
  private grow(size: number): void {
    const last = this.addresses.length - 1;
    const start = last >= 0 && (this.addresses[last] as number) + (this.sizes[last] as number) === this.end ? (this.addresses[last] as number) : this.end;
    const previousEnd = this.end;
    this.end = this.growTo(start + size, size);
    this.freeLarge(previousEnd, this.end - previousEnd);
  }

  private freeLarge(address: number, size: number): void {
    let low = 0;
    let high = this.addresses.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.addresses[middle] as number) < address) low = middle + 1;
      else high = middle;
    }
    const joinsPrevious = low > 0 && (this.addresses[low - 1] as number) + (this.sizes[low - 1] as number) === address;
    const joinsNext = low < this.addresses.length && address + size === this.addresses[low];
    if (joinsPrevious) {
      this.sizes[low - 1] = (this.sizes[low - 1] as number) + size + (joinsNext ? (this.sizes[low] as number) : 0);
      if (joinsNext) {
        this.addresses.splice(low, 1);
        this.sizes.splice(low, 1);
      }
    } else if (joinsNext) {
      this.addresses[low] = address;
      this.sizes[low] = (this.sizes[low] as number) + size;
    } else {
      this.addresses.splice(low, 0, address);
      this.sizes.splice(low, 0, size);
    }
  }
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}

/** Small blocks come in powers of two, large ones in multiples of the alignment. */
function blockSize(bytes: number): number {
  if (bytes > LARGEST_SMALL_BLOCK) return roundUp(bytes, ALIGNMENT);
  return Math.max(ALIGNMENT, 2 ** Math.ceil(Math.log2(Math.max(bytes, 1))));
}
