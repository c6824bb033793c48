export const name = 'tamma';
