/** Said wherever predictions are shown. */
export const NOT_A_MEDICAL_DEVICE = 'For research only: not a medical device.';
