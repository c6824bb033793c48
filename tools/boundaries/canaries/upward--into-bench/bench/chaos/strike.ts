export const struck = true;
