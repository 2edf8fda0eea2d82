/** An interval from fewer patients with a finding, or without it, would be of no use. */
export const FEWEST_PATIENTS = 5;
/** With fewer labelled images nothing is known of what is ordinary. */
export const FEWEST_FOR_DISTRIBUTION = 20;
/** An image that is further out than this share of the labelled ones is warned of, as by `cxr-ifa classify predict`. */
export const WARN_ABOVE = 0.99;
