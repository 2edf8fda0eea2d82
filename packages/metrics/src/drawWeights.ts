/**
 * Makes the function that statistics of image weights open with: it checks a draw's length and gives its product with the images' own weights
 * as a Float64Array, so that the passes over it see one kind of array only. The result is borrowed until the next call.
 */
export function drawWeights(action: string, length: number, own?: ArrayLike<number>): (draw: ArrayLike<number>) => Float64Array {
  const product = new Float64Array(own ? length : 0);
  return (draw) => {
    if (draw.length !== length) throw new TypeError(`Cannot ${action} as a draw must have one weight for each of ${length} images: current length is ${draw.length}`);
    if (!own) return draw instanceof Float64Array ? draw : Float64Array.from(draw);
    for (let image = 0; image < length; image++) product[image] = (own[image] as number) * (draw[image] as number);
    return product;
  };
}
